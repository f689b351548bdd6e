package org.kd4j.experiments.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.FindingsText;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyPlan;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudyRunner;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.StudyYaml;

/** Every experiment: its studies can be planned at every budget, and run at the smallest. */
class CatalogTests {
  private static final Distillation KNOWN = Distillation.discovered();
  private static final StudyRunner RUNNER = new StudyRunner(KNOWN, Map.of());

  @TempDir static Path folder;

  /** Files of the right form and size that hold nothing: enough to plan by. */
  @BeforeAll
  static void emptySets() throws IOException {
    reviews();
    Path mnist = Files.createDirectories(folder.resolve("mnist"));
    for (String part : List.of("train", "t10k")) {
      int rows = part.equals("train") ? 60_000 : 10_000;
      byte[] labels = new byte[rows];
      for (int i = 0; i < rows; i++) {
        labels[i] = (byte) (i % 10);
      }
      write(mnist.resolve(part + "-images-idx3-ubyte"), new byte[rows * 784], 2051, rows, 28, 28);
      write(mnist.resolve(part + "-labels-idx1-ubyte"), labels, 2049, rows);
    }
    Path cifar = Files.createDirectories(folder.resolve("cifar10"));
    for (String part : List.of("data_batch_1.bin", "test_batch.bin")) {
      int rows = part.startsWith("test") ? 2_000 : 10_000;
      byte[] all = new byte[rows * 3073];
      for (int i = 0; i < rows; i++) {
        all[i * 3073] = (byte) (i % 10);
      }
      Files.write(cifar.resolve(part), all);
    }
    Path optdigits = Files.createDirectories(folder.resolve("optdigits"));
    for (String part : List.of("optdigits.tra", "optdigits.tes")) {
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < (part.endsWith("tra") ? 3823 : 1797); i++) {
        rows.append("0,".repeat(64)).append(i % 10).append('\n');
      }
      Files.writeString(optdigits.resolve(part), rows.toString());
    }
  }

  private static void reviews() throws IOException {
    Path sst2 = Files.createDirectories(folder.resolve("sst2"));
    for (String part : List.of("train.tsv", "dev.tsv")) {
      StringBuilder rows = new StringBuilder("sentence\tlabel\n");
      for (int i = 0; i < (part.startsWith("train") ? 12_000 : 100); i++) {
        rows.append("film number ").append(i).append('\t').append(i % 2).append('\n');
      }
      Files.writeString(sst2.resolve(part), rows.toString());
    }
  }

  private static void write(Path file, byte[] values, int... head) {
    try (OutputStream out = Files.newOutputStream(file)) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * head.length);
      for (int word : head) {
        bytes.putInt(word);
      }
      out.write(bytes.array());
      out.write(values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RunSettings settings(Optional<Path> store) {
    return new RunSettings(Optional.of(folder), false, store, 2, "cpu", true);
  }

  @TestFactory
  Stream<DynamicTest> everyStudyResolvesAtEveryBudget() {
    Set<String> real = Set.of("mnist", "cifar10", "optdigits", "sst2");
    return Experiment.all().stream()
        .map(
            experiment ->
                dynamicTest(
                    experiment.name(),
                    () -> {
                      Set<StudySpec> resolved = new HashSet<>();
                      for (Budget budget : Budget.values()) {
                        resolve(experiment, new Setup(budget, new TreeSet<>(real)), resolved);
                      }
                      resolve(experiment, new Setup(Budget.QUICK, new TreeSet<>()), resolved);
                    }));
  }

  private static void resolve(Experiment experiment, Setup setup, Set<StudySpec> resolved) {
    Set<String> names = new HashSet<>();
    for (StudySpec study : experiment.studies(setup)) {
      assertThat(names.add(study.name())).as(study.name()).isTrue();
      if (resolved.add(study)) { // else it is the same with real data as without
        assertThat(StudyYaml.read(KNOWN, StudyYaml.write(study), study.name())).isEqualTo(study);
        StudyPlan plan =
            RUNNER.plan(firstSeed(study), settings(Optional.empty()), StudyListener.NONE);
        assertThat(plan.trials()).hasSize(study.strategies().size());
      }
      if (setup.budget() != Budget.SMOKE) {
        assertThat(study.seeds()).hasSizeGreaterThanOrEqualTo(3);
      }
      if (setup.budget() == Budget.QUICK && setup.sets().isEmpty()) {
        assertThat(study.data()).matches("(strokes|frames|phrases).*");
      }
    }
  }

  /** Seeds differ in nothing that could be refused. */
  private static StudySpec firstSeed(StudySpec study) {
    return new StudySpec(
        study.name(),
        study.data(),
        study.split(),
        study.teacher(),
        study.student(),
        study.strategies(),
        study.seeds().subList(0, 1),
        study.teacherSeed(),
        study.checkpointEverySteps(),
        study.measure(),
        study.cacheMegabytes());
  }

  /** Numbers of a smoke run mean nothing; that none is missing does. */
  @TestFactory
  Stream<DynamicTest> everyExperimentRunsAndItsTablesAreComplete() {
    Setup setup = new Setup(Budget.SMOKE, new TreeSet<>());
    Path store = folder.resolve("store");
    return Experiment.all().stream()
        .map(
            experiment ->
                dynamicTest(
                    experiment.name(),
                    () -> {
                      List<StudyResult> studies = new ArrayList<>();
                      for (StudySpec study : experiment.studies(setup)) {
                        StudyResult result =
                            RUNNER.run(study, settings(Optional.of(store)), StudyListener.NONE);
                        assertThat(result.failures()).isEmpty();
                        studies.add(result);
                      }
                      check(experiment.findings(new Results(setup, studies)));
                    }));
  }

  private static void check(Findings findings) {
    assertThat(findings.tables()).isNotEmpty();
    for (Findings.Table table : findings.tables()) {
      assertThat(table.rows()).as(table.title()).isNotEmpty();
      assertThat(table.lines()).hasSameSizeAs(table.rows());
      assertThat(table.rows())
          .as(table.title())
          .allSatisfy(row -> assertThat(row.values()).as(row.what()).hasSize(1))
          .allSatisfy(
              row -> assertThat(row.values().values()).as(row.what()).allMatch(Double::isFinite));
      assertThat(table.rows().stream().map(Findings.Row::what)).doesNotHaveDuplicates();
    }
    assertThat(findings.differs()).endsWith(".");
    assertThat(FindingsText.plain(findings)).doesNotContain("NaN").contains("What differs: ");
    assertThat(FindingsText.markdown(findings)).doesNotContain("NaN");
    assertThat(FindingsText.csv(findings).lines().count())
        .isEqualTo(1 + findings.tables().stream().mapToInt(t -> t.rows().size()).sum());
  }

  /** An experiment that nothing came out of says so without falling over. */
  @Test
  void findingsOfNothingAreTables() {
    Setup setup = new Setup(Budget.QUICK, new TreeSet<>());
    for (Experiment experiment : Experiment.all()) {
      List<StudyResult> nothing =
          experiment.studies(setup).stream()
              .map(s -> new StudyResult(s, List.of(), List.of(), List.of(), Optional.empty(), 0))
              .toList();
      Findings findings = experiment.findings(new Results(setup, nothing));
      assertThat(FindingsText.plain(findings)).as(experiment.name()).doesNotContain("NaN");
    }
  }

  @Test
  void theShootOutKnowsEveryStrategyForImages() {
    List<String> images = new ArrayList<>(KNOWN.strategies().ids());
    images.removeAll(List.of("distilbert", "minilm", "pkd", "tinybert")); // of texts
    assertThat(ShootOut.convolutional()).containsExactlyInAnyOrderElementsOf(images);
  }

  /** As {@code kd compare --all} has them: what is left when those that do not fit are left out. */
  @Test
  void theShootOutKnowsEveryStrategyForTexts() {
    Setup setup = new Setup(Budget.SMOKE, new TreeSet<>());
    StudySpec texts =
        new ShootOut()
            .studies(setup).stream().filter(s -> s.name().equals("text")).findFirst().orElseThrow();
    List<String> fit = new ArrayList<>(KNOWN.strategies().ids());
    StudySpec all = texts.withStrategies(fit.stream().map(StrategyChoice::of).toList());
    RUNNER
        .unfit(all, settings(Optional.empty()), StudyListener.NONE)
        .forEach(unfit -> fit.remove(unfit.choice().strategy()));
    assertThat(ShootOut.TEXTS).containsExactlyInAnyOrderElementsOf(fit);
  }

  /** Friedman's test counts tasks: with no real digits those of strokes are there once. */
  @Test
  void noTaskOfTheShootOutStandsTwice() {
    for (Set<String> sets : List.of(Set.<String>of(), Set.of("mnist"), Set.of("optdigits"))) {
      Setup setup = new Setup(Budget.QUICK, new TreeSet<>(sets));
      List<StudySpec> studies = new ShootOut().studies(setup);
      assertThat(studies.stream().map(study -> study.withName("")))
          .as(sets.toString())
          .doesNotHaveDuplicates();
    }
  }

  /** Students that are compared at equal cost cost about as much. */
  @Test
  void designsComparedAtEqualCostAreOfEqualCost() {
    for (Budget budget : List.of(Budget.QUICK, Budget.PAPER)) {
      Setup setup = new Setup(budget, new TreeSet<>(Set.of("cifar10")));
      String teacher = new StudentDesign().studies(setup).get(0).teacher().network();
      Map<String, Long> costs = new TreeMap<>();
      StudentDesign.students(setup)
          .forEach(
              (name, network) -> {
                if (!StudentDesign.hasLayersOfTheTeachers(network)) {
                  costs.put(
                      name,
                      NetworkSpec.of(
                              KNOWN.network(Networks.standing(network, teacher)),
                              new Shape(3, 32, 32),
                              10)
                          .complexity()
                          .multiplyAdds());
                }
              });
      long most = costs.values().stream().mapToLong(v -> v).max().orElseThrow();
      assertThat(costs.values()).as(budget + " " + costs).hasSize(4).allMatch(v -> v > 0.85 * most);
    }
  }

  @Test
  void pathsOfAssistantsAreAllOfThem() {
    Setup setup = new Setup(Budget.QUICK, new TreeSet<>());
    assertThat(AssistantPaths.paths(setup))
        .containsExactly(
            List.of(),
            List.of(8),
            List.of(6),
            List.of(4),
            List.of(8, 6),
            List.of(8, 4),
            List.of(6, 4),
            List.of(8, 6, 4));
  }

  @Test
  void kappaIsAgreementBeyondChance() {
    boolean[] one = {true, true, true, true, true, true, false, false, false, false};
    boolean[] other = {true, true, true, true, true, false, true, false, false, false};
    // observed 0.8, expected 0.6² + 0.4² = 0.52
    assertThat(EarlyStopping.kappa(one, other))
        .isCloseTo(0.28 / 0.48, org.assertj.core.api.Assertions.within(1e-12));
    assertThat(EarlyStopping.kappa(one, one)).isEqualTo(1);
    assertThat(EarlyStopping.kappa(new boolean[] {true}, new boolean[] {true})).isNaN();
  }

  /** By seed: what reaches 95 % of the seed's best; a rate that broke a training is missing. */
  @Test
  void theHighestRateThatTrainsIsEachSeedsOwn() {
    Map<Float, Map<Long, Double>> byRate =
        Map.of(
            0.1f, Map.of(1L, 0.90, 2L, 0.80),
            0.5f, Map.of(1L, 0.88, 2L, 0.70),
            1f, Map.of(2L, 0.10));
    assertThat(SoftGradients.highest(byRate))
        .containsEntry(1L, (double) 0.5f)
        .containsEntry(2L, (double) 0.1f)
        .hasSize(2);
  }
}
