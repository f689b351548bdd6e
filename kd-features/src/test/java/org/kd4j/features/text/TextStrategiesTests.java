package org.kd4j.features.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.data.PhrasesSource;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.TextSamples;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Transformer;
import org.kd4j.core.objective.Role;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.optimizer.Sgd;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.testkit.WatchedSamples;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.features.FeaturesModule;
import org.kd4j.features.Shared;

/** What each method's phases are, what moves in them, and what is left afterwards. */
class TextStrategiesTests {
  private static final long SEED = 3;
  private static final StrategyRegistry REGISTRY =
      Distillation.of(new FeaturesModule()).strategies();
  @TempDir Path folder;

  private static Transformer encoder(int layers, int width, int heads) {
    return new Transformer(layers, width, heads, 2 * width, 0, 0);
  }

  /** A student of half the width and half the layers. */
  private static Task narrow(int epochs) {
    return TinyTask.text(epochs, encoder(4, 12, 2), encoder(2, 6, 2));
  }

  // What is trained, as a plan says it.

  @Test
  void tinyBertLearnsLayersThenPredictions() {
    assertThat(planned("tinybert", Map.of(), narrow(8)))
        .containsExactly(
            "layers for 6, up to attention.0, attention.1, hidden.0, hidden.1, hidden.2: "
                + "1·states[hidden.0] + 1·states[hidden.1←hidden.2, hidden.2←hidden.4]"
                + " + 1·scores[attention.0←attention.1, attention.1←attention.3]",
            "prediction for 2, all: 1·prediction(T=1)");
  }

  @Test
  void eachTermCanBeLeftOut() {
    assertThat(planned("tinybert", Map.of("embeddingWeight", "0"), narrow(8)).get(0))
        .doesNotContain("states[hidden.0]")
        .contains("states[hidden.1", "scores");
    assertThat(planned("tinybert", Map.of("hiddenWeight", "0"), narrow(8)).get(0))
        .startsWith("layers for 6, up to attention.0, attention.1, hidden.0: ")
        .endsWith(
            "1·states[hidden.0] + 1·scores[attention.0←attention.1, attention.1←attention.3]");
    assertThat(planned("tinybert", Map.of("attentionWeight", "0"), narrow(8)).get(0))
        .doesNotContain("scores");
    assertThat(
            planned(
                "tinybert",
                Map.of("embeddingWeight", "0", "hiddenWeight", "0", "attentionWeight", "0"),
                narrow(8)))
        .containsExactly("prediction for 8, all: 1·prediction(T=1)");
    assertThat(
            planned("tinybert", Map.of("predictionWeight", "0", "hardWeight", "1"), narrow(8))
                .get(1))
        .isEqualTo("prediction for 2, all: 1·hard");
  }

  @Test
  void layersArePairedByTheMap() {
    assertThat(planned("tinybert", Map.of("taps", "top"), narrow(8)).get(0))
        .contains("states[hidden.1←hidden.3, hidden.2←hidden.4]", "scores[attention.0←attention.2");
    assertThat(planned("tinybert", Map.of("taps", "bottom"), narrow(8)).get(0))
        .contains("states[hidden.1, hidden.2]", "scores[attention.0, attention.1]");
    assertThat(planned("tinybert", Map.of("taps", "hidden.2:hidden.3"), narrow(8)).get(0))
        .contains("states[hidden.2←hidden.3]", "scores[attention.1←attention.2]");
    assertThat(planned("tinybert", Map.of("padding", "ignored"), narrow(8)).get(0))
        .contains("scores(padding ignored)[attention.0");
  }

  /** 2, 4, 6, 8, 10 and 7 to 11 of twelve. */
  @Test
  void patienceSkipsOrWaitsForTheLast() {
    Task deep = TinyTask.text(1, encoder(12, 4, 1), encoder(6, 4, 1));
    assertThat(planned("pkd", Map.of(), deep))
        .containsExactly(
            "student for 1, all: 0.5·hard + 0.5·soft(teacher, T=10) + 10·first[hidden.1←hidden.2,"
                + " hidden.2←hidden.4, hidden.3←hidden.6, hidden.4←hidden.8, hidden.5←hidden.10]");
    assertThat(planned("pkd", Map.of("patient", "last"), deep).get(0))
        .endsWith(
            "first[hidden.1←hidden.7, hidden.2←hidden.8, hidden.3←hidden.9, hidden.4←hidden.10,"
                + " hidden.5←hidden.11]");
  }

  @Test
  void miniLmLearnsTheLastLayersAttentionThenLabels() {
    assertThat(planned("minilm", Map.of(), narrow(8)))
        .containsExactly(
            "attention for 4, up to attention.1, value.1: 1·shares[attention.1←attention.3]"
                + " + 1·relations[value.1←value.3]",
            "student for 4, all: 1·hard");
    assertThat(planned("minilm", Map.of("valueWeight", "0"), narrow(8)).get(0))
        .isEqualTo("attention for 4, up to attention.1: 1·shares[attention.1←attention.3]");
  }

  @Test
  void distilBertKeepsDirections() {
    assertThat(planned("distilbert", Map.of(), TinyTask.text(2)))
        .containsExactly(
            "student for 2, all: 2·hard + 5·soft(teacher, T=2) + 1·directions[hidden.2←hidden.4]");
  }

  private static List<String> planned(String id, Map<String, String> options, Task task) {
    DryRun dry = new DryRun(task, SEED, OptionalLong.empty(), TinyTask.context().environment());
    REGISTRY.configure(id, options).strategy().distill(dry);
    assertThat(dry.planned()).allMatch(planned -> planned.obstacle().isEmpty());
    return dry.planned().stream()
        .map(DryRun.Planned::phase)
        .filter(phase -> !phase.name().equals("teacher"))
        .map(TextStrategiesTests::said)
        .toList();
  }

  private static String said(Phase phase) {
    Learner learner = phase.learners().get(0);
    return phase.name()
        + " for "
        + phase.training().epochs()
        + ", "
        + learner.trains()
        + ": "
        + learner.objective();
  }

  @Test
  void phasesShareTheStudentsEpochs() {
    assertThat(Shared.epochs(13, List.of(0.75f))).containsExactly(10, 3);
    assertThat(Shared.epochs(2, List.of(0.99f))).containsExactly(1, 1);
    assertThat(Shared.epochs(1, List.of(0.5f))).containsExactly(1, 1);
    assertThat(Shared.epochs(10, List.of(0.5f, 0.3f))).containsExactly(5, 3, 2);
    assertThat(Shared.epochs(3, List.of(0.9f, 0.9f))).containsExactly(1, 1, 1);
  }

  /** A step at half of the student's epochs is a step at half of each phase's. */
  @Test
  void aScheduleThatCountsEpochsShrinksWithThem() {
    Task task =
        with(
            narrow(8), new Sgd(new Schedule.MultiStep(0.1f, 0.1f, List.of(4f)), 0.9f, false, 0, 0));
    DryRun dry = new DryRun(task, SEED, OptionalLong.empty(), TinyTask.context().environment());
    REGISTRY.configure("tinybert", Map.of()).strategy().distill(dry);
    assertThat(dry.planned().get(1).phase().learners().get(0).optimizer().rate())
        .isEqualTo(new Schedule.MultiStep(0.1f, 0.1f, List.of(3f)));
  }

  @Test
  void wordsAreReplacedInAllPhasesIfAsked() {
    DryRun dry =
        new DryRun(narrow(8), SEED, OptionalLong.empty(), TinyTask.context().environment());
    REGISTRY.configure("tinybert", Map.of("replacedWords", "0.4")).strategy().distill(dry);
    assertThat(dry.planned().stream().map(p -> p.phase().feed().augmentation().toString()))
        .containsExactly("none", "words replaced (0.4)", "words replaced (0.4)");
    assertThat(dry.planned()).allMatch(planned -> planned.obstacle().isEmpty());
    Run run = run("tinybert", Map.of("replacedWords", "0.4"), narrow(2));
    assertThat(run.session.runs()).hasSize(3);
    refused("tinybert", "replacedWords", "2", "replacedWords must be from 0 to 1, was 2.0");
  }

  // General distillation.

  @Test
  void theLayersAreLearntFromATextWithoutATaskFirst() throws IOException {
    Map<String, String> general = Map.of("generalData", corpus("a of the bars\nin the dots\n"));
    assertThat(planned("tinybert", general, narrow(8)))
        .hasSize(3)
        .element(0)
        .isEqualTo(
            planned("tinybert", Map.of(), narrow(8))
                .get(0)
                .replace("layers for 6", "general for 3"));
    List<Phase> phases =
        planOf(general, narrow(8)).planned().stream().map(DryRun.Planned::phase).toList();
    Samples read = phases.get(1).feed().samples();
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.labels()).containsOnly(-1);
    assertThat(read.shape()).isEqualTo(narrow(8).transfer().shape());
    assertThat(phases.get(2).feed().samples()).isEqualTo(phases.get(3).feed().samples());
    assertThat(phases.stream().map(p -> p.learners().get(0).start().adapters()))
        .containsExactly(false, false, true, false); // projections go on to the task's layers alone
    assertThat(phases.get(2).feed().samples().size()).isEqualTo(300);
  }

  /** Attention is compared without a projection: there is nothing of one to go on. */
  @TestFactory
  Stream<DynamicTest> projectionsGoOnWhereThereAreAny() throws IOException {
    String text = corpus("a of the bars\nin the dots\n");
    return Stream.of("110", "101", "011", "100", "010", "001")
        .map(
            on ->
                dynamicTest(
                    on,
                    () -> {
                      Map<String, String> options =
                          Map.of(
                              "generalData", text,
                              "generalEpochs", "1",
                              "embeddingWeight", on.substring(0, 1),
                              "hiddenWeight", on.substring(1, 2),
                              "attentionWeight", on.substring(2));
                      DryRun dry = planOf(options, narrow(2));
                      assertThat(dry.planned()).hasSize(4).allMatch(p -> p.obstacle().isEmpty());
                      Learner general = dry.planned().get(1).phase().learners().get(0);
                      Learner layers = dry.planned().get(2).phase().learners().get(0);
                      assertThat(general.objective()).hasToString(layers.objective().toString());
                      assertThat(layers.start().adapters())
                          .isEqualTo(!general.objective().needs().adapters().isEmpty())
                          .isEqualTo(!on.equals("001"));
                    }));
  }

  @Test
  void attentionAloneIsLearntFromBothTexts() throws IOException {
    Map<String, String> options =
        Map.of(
            "generalData", corpus("a of the bars\nin the dots\n"),
            "generalEpochs", "1",
            "embeddingWeight", "0",
            "hiddenWeight", "0");
    assertThat(run("tinybert", options, narrow(2)).session.runs()).hasSize(4);
  }

  @Test
  void aTextIsReadOnceForAllTrialsOfATask() throws IOException {
    String where = corpus("a of the bars\nin the dots\n");
    var tinybert = REGISTRY.configure("tinybert", Map.of("generalData", where));
    assertThat(tinybert.missing(narrow(8))).isEmpty();
    Files.delete(Path.of(where));
    for (int trial = 0; trial < 2; trial++) {
      DryRun dry =
          new DryRun(narrow(8), SEED, OptionalLong.empty(), TinyTask.context().environment());
      tinybert.strategy().distill(dry);
      assertThat(dry.planned().get(1).phase().feed().samples().size()).isEqualTo(2);
    }
    assertThat(missing("tinybert", Map.of("generalData", where), narrow(8)))
        .contains("there is no file");
  }

  /** Its key hangs on the file's content, and not on what students learn from. */
  @Test
  void generalDistillationIsStoredByItsText() throws IOException {
    Map<String, String> general = Map.of("generalData", corpus("a of the bars\nin the dots\n"));
    Task task = narrow(2);
    Task other = TinyTask.withTransfer(task, TinyTask.texts("tiny/other", 100, 9));
    assertThat(keys(general, other).get(1)).isEqualTo(keys(general, task).get(1));
    assertThat(keys(general, other).get(2)).isNotEqualTo(keys(general, task).get(2));
    List<Fingerprint> before = keys(general, task);
    corpus("a of the bars\nin the dots or\n");
    List<Fingerprint> after = keys(general, task);
    assertThat(after.get(0)).isEqualTo(before.get(0));
    assertThat(after.subList(1, 4)).doesNotContainAnyElementsOf(before);
  }

  @Test
  void generalDistillationReadsItsTextAndNotTheTasks() throws IOException {
    Map<String, String> general =
        Map.of("generalData", corpus("a of the bars in\n".repeat(60)), "generalEpochs", "2");
    Store store = new MemoryStore();
    Task task = narrow(2);
    Run run = run("tinybert", general, task, TinyTask.context(store));
    assertThat(run.session.runs()).hasSize(4);
    assertThat(run.result.deployed().source().orElseThrow().epochs()).isEqualTo(4);
    PhaseResult first = run.session.runs().get(1).result();
    assertThat(first.history().get(1).of("student", "hidden"))
        .isLessThan(first.history().get(0).of("student", "hidden"));
    Task other = TinyTask.withTransfer(task, TinyTask.texts("tiny/other", 100, 9));
    Run again = run("tinybert", general, other, TinyTask.context(store));
    assertThat(again.session.runs().stream().map(r -> r.result().reused()))
        .containsExactly(true, true, false, false);
  }

  @Test
  void phrasesTeachBeforePhrases() {
    TextSamples texts =
        (TextSamples)
            new PhrasesSource()
                .load(
                    SpecText.parse("phrases,train=60,validation=20,test=20"),
                    new DataSource.Place(Optional.empty(), false))
                .train();
    Task like = narrow(1);
    Task task =
        new Task(
            "phrases",
            texts,
            texts,
            Optional.empty(),
            NetworkSpec.of(encoder(4, 12, 2), texts.shape(), 2),
            NetworkSpec.of(encoder(2, 6, 2), texts.shape(), 2),
            like.teacherRecipe(),
            like.recipe());
    Map<String, String> general = Map.of("generalData", "phrases", "generalTexts", "150");
    Samples read = planOf(general, task).planned().get(1).phase().feed().samples();
    assertThat(read.size()).isEqualTo(150);
    assertThat(read.name()).isEqualTo("phrases");
    assertThat(missing("tinybert", Map.of("generalData", "phrases"), narrow(1)))
        .startsWith("cannot learn from generalData=phrases: ")
        .endsWith(" are not in the vocabulary of tiny/texts; take text of its words");
  }

  @Test
  void aTextThatIsNotThereIsRefusedBeforeTraining() {
    Map<String, String> unknown = Map.of("generalData", "wikipedia");
    assertThat(missing("tinybert", unknown, narrow(1)))
        .startsWith("cannot learn from generalData=wikipedia: there is no file ")
        .endsWith("wikipedia; say phrases, tsv:DIR or a file of one text a line");
    Store store = new MemoryStore();
    Session session = new Session(narrow(1), SEED, TinyTask.context(store));
    assertThatThrownBy(() -> REGISTRY.configure("tinybert", unknown).strategy().distill(session))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("cannot learn from generalData=wikipedia");
    assertThat(session.runs()).isEmpty();
    assertThat(missing("tinybert", Map.of("generalData", "phrases"), TinyTask.task(1)))
        .startsWith("needs text");
    refused("tinybert", "generalEpochs", "0", "generalEpochs must be 1 or more, was 0");
    refused("tinybert", "generalTexts", "0", "generalTexts must be 1 or more, was 0");
    assertThatThrownBy(
            () ->
                REGISTRY.configure(
                    "tinybert",
                    Map.of(
                        "generalData",
                        "phrases",
                        "embeddingWeight",
                        "0",
                        "hiddenWeight",
                        "0",
                        "attentionWeight",
                        "0")))
        .hasMessageContaining("generalData=phrases has nothing to teach");
  }

  private String corpus(String text) throws IOException {
    return Files.writeString(folder.resolve("corpus.txt"), text).toString();
  }

  private static DryRun planOf(Map<String, String> options, Task task) {
    DryRun dry = new DryRun(task, SEED, OptionalLong.empty(), TinyTask.context().environment());
    REGISTRY.configure("tinybert", options).strategy().distill(dry);
    return dry;
  }

  private static List<Fingerprint> keys(Map<String, String> options, Task task) {
    return planOf(options, task).planned().stream().map(p -> p.key().orElseThrow()).toList();
  }

  // What moves.

  /** Weight decay would move whatever an optimiser gets hold of. */
  @Test
  void whileLayersAreLearntPoolerAndClassifierStayAsTheyBegan() {
    Run run = run("tinybert", Map.of(), with(narrow(2), decaying(0.05f)));
    PhaseResult layers = run.session.runs().get(1).result();
    SortedMap<String, float[]> first = fresh(run.session.task());
    Map<String, float[]> after = run.session.weights(layers.network(Role.STUDENT));
    after.forEach(
        (path, values) -> {
          if (path.startsWith("pooled/") || path.startsWith("logits/")) {
            assertThat(values).as(path).containsExactly(first.get(path));
          } else {
            assertThat(values).as(path).isNotEqualTo(first.get(path));
          }
        });
    assertThat(layers.history().get(0).of("student", EpochMetrics.VALIDATION_ACCURACY)).isNaN();
    Trained student = run.result.deployed().source().orElseThrow();
    assertThat(student.epochs()).isEqualTo(2);
    assertThat(run.session.weights(student).get("logits/02Linear/weight"))
        .isNotEqualTo(first.get("logits/02Linear/weight"));
  }

  @Test
  void eachTermOfTheLayersFalls() {
    Run run = run("tinybert", Map.of(), narrow(8));
    List<EpochMetrics> history = run.session.runs().get(1).result().history();
    for (String term : List.of("embedding", "hidden", "attention")) {
      assertThat(history.get(5).of("student", term))
          .as(term)
          .isLessThan(0.9 * history.get(0).of("student", term));
    }
    run = run("minilm", Map.of(), narrow(12));
    history = run.session.runs().get(1).result().history();
    for (String term : List.of("attention", "value")) {
      assertThat(history.get(5).of("student", term))
          .as(term)
          .isLessThan(0.9 * history.get(0).of("student", term));
    }
  }

  @TestFactory
  Stream<DynamicTest> theTeacherIsTheSameBitsAfterwards() {
    return Stream.of("tinybert", "minilm", "pkd", "distilbert")
        .map(
            id ->
                dynamicTest(
                    id,
                    () -> {
                      Task task = with(TinyTask.text(1), decaying(0.05f));
                      Map<String, float[]> before = new java.util.TreeMap<>();
                      Session session = new Session(task, SEED, TinyTask.context());
                      before.putAll(session.weights(session.teacher()));
                      DistillationResult result =
                          REGISTRY.configure(id, Map.of()).strategy().distill(session);
                      assertThat(result.others()).containsOnlyKeys("teacher");
                      session
                          .weights(result.others().get("teacher").source().orElseThrow())
                          .forEach(
                              (path, w) ->
                                  assertThat(w).as(path).containsExactly(before.get(path)));
                    }));
  }

  /** With weights decaying by nothing, only a gradient moves a parameter. */
  @TestFactory
  Stream<DynamicTest> projectionsLearnAndStayBehind() {
    return Stream.of(
            "embedding.hidden.0-hidden.0", "hidden.hidden.1-hidden.2", "hidden.hidden.2-hidden.4")
        .map(
            name ->
                dynamicTest(
                    name,
                    () -> {
                      SortedMap<String, float[]> still = adapter(0, name);
                      SortedMap<String, float[]> moved = adapter(0.01f, name);
                      assertThat(still).hasSize(1); // a matrix, without a bias
                      still.forEach(
                          (path, w) -> {
                            assertThat(w).hasSize(6 * 12);
                            assertThat(moved.get(path)).as(path).isNotEqualTo(w);
                          });
                    }));
  }

  private static SortedMap<String, float[]> adapter(float rate, String name) {
    Store store = new MemoryStore();
    Task task = with(narrow(1), new Sgd(Schedule.constant(rate), 0, false, 0, 0));
    Run run = run("tinybert", Map.of(), task, TinyTask.context(store));
    Trained student = run.result.deployed().source().orElseThrow();
    assertThat(student.spec()).isEqualTo(task.student());
    assertThat(run.session.weights(student).keySet()).isEqualTo(fresh(task).keySet());
    Map<String, ByteBuffer> files =
        store.find(Store.Kind.PHASE, run.session.runs().get(1).fingerprint()).orElseThrow();
    ByteBuffer file = files.get("student.adapter." + name + ".safetensors");
    assertThat(file).as("files %s", files.keySet()).isNotNull();
    return SafeTensors.decode(file).values();
  }

  /** With a rate of 0 the last weights are the first. */
  @Test
  void distilBertBeginsAsEveryOtherLayerOfItsTeacher() {
    Task task = TinyTask.text(1, encoder(4, 12, 2), encoder(2, 12, 2));
    begun(task, "distilbert", Map.of(), Map.of("1", "2", "2", "4"));
    begun(
        task,
        "distilbert",
        Map.of("copied", "hidden.1:hidden.1+hidden.2:hidden.3"),
        Map.of("1", "1", "2", "3"));
    begun(task, "pkd", Map.of(), Map.of("1", "1", "2", "2"));
    begun(task, "pkd", Map.of("copied", "none"), Map.of());
  }

  private static void begun(
      Task task, String id, Map<String, String> options, Map<String, String> layers) {
    Task still =
        new Task(
            task.name(),
            task.train(),
            task.transfer(),
            task.validation(),
            task.teacher(),
            task.student(),
            task.teacherRecipe(),
            new Recipe(
                task.recipe().training(),
                new Sgd(Schedule.constant(0), 0, false, 0, 0),
                task.recipe().augmentation()));
    Run run = run(id, options, still);
    Map<String, float[]> teacher = run.session.weights(run.session.teacher());
    SortedMap<String, float[]> fresh = fresh(task);
    Set<String> copied = new HashSet<>();
    Trained student = run.result.deployed().source().orElseThrow();
    run.session
        .weights(student)
        .forEach(
            (path, values) -> {
              String from = origin(path, layers);
              if (from != null) {
                copied.add(path.substring(0, path.indexOf('/')));
              }
              assertThat(values)
                  .as(path)
                  .containsExactly(from == null ? fresh.get(path) : teacher.get(from));
            });
    Set<String> expected = new HashSet<>();
    layers
        .keySet()
        .forEach(
            l -> {
              int below = Integer.parseInt(l) - 1;
              expected.addAll(Set.of("hidden." + l, "attention." + below, "value." + below));
            });
    if (!layers.isEmpty()) {
      expected.add("hidden.0");
    }
    assertThat(copied).isEqualTo(expected);
  }

  private static @org.jspecify.annotations.Nullable String origin(
      String path, Map<String, String> layers) {
    String stage = path.substring(0, path.indexOf('/'));
    String rest = path.substring(path.indexOf('/'));
    if (layers.isEmpty() || !stage.contains(".")) {
      return null;
    }
    String kind = stage.substring(0, stage.indexOf('.'));
    int number = Integer.parseInt(stage.substring(stage.indexOf('.') + 1));
    if (kind.equals("hidden")) {
      return number == 0 ? path : "hidden." + layers.get("" + number) + rest;
    }
    return kind + "." + (Integer.parseInt(layers.get("" + (number + 1))) - 1) + rest;
  }

  // What is refused.

  @Test
  void imagesAreRefused() {
    for (String id : List.of("tinybert", "minilm", "pkd", "distilbert")) {
      assertThat(REGISTRY.configure(id, Map.of()).missing(TinyTask.task(1)))
          .as(id)
          .contains(
              "needs text, and a sample of tiny/train is (1, 6, 6); take the data set phrases, say");
    }
    assertThatThrownBy(() -> run("minilm", Map.of(), TinyTask.task(1)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Strategy 'minilm' does not fit this task: it needs text");
  }

  @Test
  void layersThatDoNotDivideAreRefused() {
    Task odd = TinyTask.text(1, encoder(3, 12, 2), encoder(2, 12, 2));
    String need =
        "needs the student's taps to divide the teacher's for taps=uniform, and they are 2 and 3:"
            + " [hidden.1, hidden.2] and [hidden.1, hidden.2, hidden.3]; write the pairs out, or"
            + " choose top or bottom";
    assertThat(missing("tinybert", Map.of(), odd)).isEqualTo(need);
    assertThat(missing("distilbert", Map.of(), odd)).isEqualTo(need);
    assertThat(missing("pkd", Map.of(), odd)).startsWith("needs the student's taps to divide");
    assertThat(REGISTRY.configure("tinybert", Map.of("taps", "top")).missing(odd)).isEmpty();
    assertThat(REGISTRY.configure("pkd", Map.of("patient", "last")).missing(odd)).isEmpty();
    assertThat(missing("tinybert", Map.of("taps", "pooled:hidden.1"), odd))
        .isEqualTo("needs pairs of layers, as in hidden.1:hidden.2, was pooled←hidden.1");
    assertThat(missing("tinybert", Map.of("taps", "same-size"), odd))
        .startsWith("needs layers, and taps=same-size pairs feature maps");
    assertThat(missing("tinybert", Map.of("taps", "hidden.3:hidden.3"), odd))
        .startsWith("cannot pair its taps: No tap of the student 'hidden.3'.");
    Task one = TinyTask.text(1, encoder(2, 12, 2), encoder(1, 12, 2));
    assertThat(missing("pkd", Map.of(), one)).startsWith("needs two taps of the student's");
    assertThat(missing("pkd", Map.of("patient", "last"), one))
        .startsWith("needs two layers of the student's, of which the last is left out");
  }

  @Test
  void headsAndWidthsThatDifferAreRefusedWithBoth() {
    Task heads = TinyTask.text(1, encoder(4, 12, 2), encoder(2, 12, 3));
    assertThat(missing("minilm", Map.of(), heads))
        .isEqualTo(
            "needs as many heads on both sides, and the student (transformer:2x12,heads=3,ffn=24,"
                + "dropout=0.0) has 3, the teacher (transformer:4x12,heads=2,ffn=24,dropout=0.0) 2:"
                + " attention is compared head by head; give the student's network heads=…");
    assertThat(missing("tinybert", Map.of(), heads)).endsWith("attentionWeight=0 leaves it out");
    assertThat(REGISTRY.configure("tinybert", Map.of("attentionWeight", "0")).missing(heads))
        .isEmpty();
    assertThat(missing("distilbert", Map.of(), heads))
        .endsWith("its layers begin as the teacher's; copied=none begins fresh");
    Task widths = narrow(1);
    assertThat(missing("pkd", Map.of(), widths))
        .startsWith("needs as many units in a hidden state on both sides, and the student")
        .contains("has 6", "12: states are compared unit by unit");
    assertThat(missing("distilbert", Map.of(), widths)).contains("a cosine is taken");
    Task inner =
        TinyTask.text(1, new Transformer(4, 12, 2, 24, 0, 0), new Transformer(2, 12, 2, 36, 0, 0));
    assertThat(missing("distilbert", Map.of(), inner))
        .startsWith("needs layers of one shape on both sides, and hidden.1/")
        .contains("(36", "(24");
    assertThat(REGISTRY.configure("distilbert", Map.of("copied", "none")).missing(inner)).isEmpty();
  }

  /** What no term reads may be of any shape. */
  @Test
  void aTermOfWeightZeroAsksNothing() {
    Task odd = TinyTask.text(8, encoder(3, 12, 2), encoder(2, 6, 2));
    Map<String, String> plain = Map.of("patientWeight", "0", "copied", "none");
    assertThat(planned("pkd", plain, odd))
        .containsExactly("student for 8, all: 0.5·hard + 0.5·soft(teacher, T=10)");
    assertThat(planned("distilbert", Map.of("cosineWeight", "0", "copied", "none"), odd))
        .containsExactly("student for 8, all: 2·hard + 5·soft(teacher, T=2)");
    Map<String, String> embeddings = Map.of("hiddenWeight", "0", "attentionWeight", "0");
    assertThat(planned("tinybert", embeddings, odd).get(0))
        .isEqualTo("layers for 6, up to hidden.0: 1·states[hidden.0]");
    assertThat(
            planned(
                "tinybert",
                Map.of("embeddingWeight", "0", "hiddenWeight", "0", "attentionWeight", "0"),
                odd))
        .containsExactly("prediction for 8, all: 1·prediction(T=1)");
    assertThat(missing("tinybert", Map.of("hiddenWeight", "0"), odd))
        .startsWith("needs the student's taps to divide");
  }

  @Test
  void aLayerBeginsAsOneOfTheTeachersAlone() {
    for (String copied :
        List.of("hidden.1:hidden.1+hidden.1:hidden.2", "hidden.1:hidden.1+stage1:hidden.2")) {
      assertThat(missing("distilbert", Map.of("copied", copied), TinyTask.text(1)))
          .isEqualTo(
              "needs each of the student's layers at most once in copied, for it begins as one of"
                  + " the teacher's, and '"
                  + copied
                  + "' has hidden.1 and hidden.1←hidden.2; leave one out");
    }
    String twice = "hidden.1:hidden.3+hidden.2:hidden.3";
    assertThat(REGISTRY.configure("distilbert", Map.of("copied", twice)).missing(TinyTask.text(1)))
        .isEmpty();
  }

  /** Of a head that is trained and of one that is not alike. */
  @Test
  void validationReadsTheShortestFirst() {
    Task task = narrow(2);
    TextSamples texts = (TextSamples) task.validation().orElseThrow();
    List<int[]> batches = new ArrayList<>();
    Task noted =
        new Task(
            task.name(),
            task.train(),
            task.transfer(),
            Optional.of(WatchedSamples.notingRows(texts, batches)),
            task.teacher(),
            task.student(),
            task.teacherRecipe(),
            task.recipe());
    Run run = run("tinybert", Map.of(), noted);
    assertThat(run.session.runs().get(1).result().history().get(0).of("student", "validationLoss"))
        .isPositive();
    assertThat(batches).anyMatch(rows -> rows.length == 50); // of the phase without a head
    assertThat(batches)
        .allSatisfy(
            rows -> assertThat(Arrays.stream(rows).map(texts::length).toArray()).isSorted());
  }

  private static String missing(String id, Map<String, String> options, Task task) {
    return REGISTRY.configure(id, options).missing(task).orElseThrow();
  }

  @Test
  void badOptionsAreRefusedByName() {
    refused("tinybert", "layersShare", "1", "layersShare must be above 0 and below 1, was 1.0");
    refused("tinybert", "hiddenWeight", "-1", "hiddenWeight must be 0 or more, was -1.0");
    refused("tinybert", "temperature", "0", "temperature must be above 0, was 0.0");
    refused(
        "tinybert",
        "predictionWeight",
        "0",
        "predictionWeight and hardWeight are both 0: nothing would train the student's logits;"
            + " without predictions say hardWeight=1");
    refused("minilm", "attentionShare", "0", "attentionShare must be above 0 and below 1, was 0.0");
    refused(
        "minilm",
        "hardWeight",
        "0",
        "hardWeight and softWeight are both 0: nothing would train the student's logits");
    refused(
        "pkd",
        "copied",
        "sideways",
        "copied must be student:teacher pairs, as in hidden1:hidden1+hidden2:hidden3, or one of"
            + " last, middle, same-size, uniform, skip, top, bottom, was 'sideways'");
    refused("distilbert", "cosineWeight", "-1", "cosineWeight must be 0 or more, was -1.0");
  }

  private static void refused(String id, String option, String value, String message) {
    assertThatThrownBy(() -> REGISTRY.configure(id, Map.of(option, value)))
        .isInstanceOf(UsageException.class)
        .hasMessage(id + ": " + message);
  }

  private static OptimizerSpec decaying(float rate) {
    return new Sgd(Schedule.constant(rate), 0.9f, false, 0.01f, 0);
  }

  private static Task with(Task task, OptimizerSpec optimizer) {
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        task.validation(),
        task.teacher(),
        task.student(),
        task.teacherRecipe(),
        new Recipe(task.recipe().training(), optimizer, task.recipe().augmentation()));
  }

  private static SortedMap<String, float[]> fresh(Task task) {
    try (NDManager base = NDManager.newBaseManager()) {
      return Network.fresh(task.student(), base, SEED, Task.STUDENT_LINE).weights();
    }
  }

  private record Run(Session session, DistillationResult result) {}

  private static Run run(String id, Map<String, String> options, Task task) {
    return run(id, options, task, TinyTask.context());
  }

  private static Run run(String id, Map<String, String> options, Task task, RunContext context) {
    Session session = new Session(task, SEED, context);
    return new Run(session, REGISTRY.configure(id, options).strategy().distill(session));
  }
}
