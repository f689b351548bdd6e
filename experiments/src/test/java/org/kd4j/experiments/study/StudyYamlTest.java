package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.Toys;

class StudyYamlTest {
  private static final Distillation KNOWN = Toys.distillation();

  private static final String SWEEP =
      """
      name: t-sweep
      data: {set: toy, train: 5000}
      teacher: mlp:400-400,dropout=0.3
      student: mlp:200-200
      strategies: [scratch, {echo: {temperature: [4, 20]}}]
      seeds: 3
      epochs: 20
      """;

  private static StudySpec read(String yaml) {
    return StudyYaml.read(KNOWN, yaml, "study.yaml");
  }

  private static StudySpec read(String yaml, String... overrides) {
    StudyDraft draft = StudyDraft.of(KNOWN, yaml, "study.yaml");
    for (String override : overrides) {
      draft.override(override);
    }
    return draft.complete();
  }

  private static void refused(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml)).isInstanceOf(UsageException.class).hasMessage(message);
  }

  private static void refused(String yaml, String override, String message) {
    assertThatThrownBy(() -> read(yaml, override))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void aListOfValuesMakesARowEach() {
    StudySpec spec = read(SWEEP);
    assertThat(spec.name()).isEqualTo("t-sweep");
    assertThat(spec.strategies())
        .extracting(StrategyChoice::toString)
        .containsExactly("scratch", "echo temperature=4", "echo temperature=20");
    assertThat(spec.seeds()).containsExactly(1L, 2L, 3L);
    assertThat(spec.split().train()).contains(5000);
    assertThat(spec.student()).isEqualTo(NetworkPlan.of("mlp:200-200", 20));
    assertThat(spec.teacher().epochs()).isEqualTo(20);
  }

  @Test
  void severalListsMakeTheirProduct() {
    StudySpec spec = read("strategies: [{echo: {temperature: [1, 2], softWeight: [0.5, 1]}}]");
    assertThat(spec.strategies())
        .extracting(StrategyChoice::toString)
        .containsExactly(
            "scratch",
            "echo softWeight=0.5 temperature=1",
            "echo softWeight=1 temperature=1",
            "echo softWeight=0.5 temperature=2",
            "echo softWeight=1 temperature=2");
  }

  @Test
  void whatIsNotSaidIsTheDefaultStudy() {
    StudySpec spec = read("data: strokes");
    assertThat(spec.data()).isEqualTo(Defaults.DATA);
    assertThat(spec.split().train()).contains(Defaults.TRAIN);
    assertThat(spec.teacher().network()).isEqualTo(Defaults.TEACHER);
    assertThat(spec.teacher().epochs()).isEqualTo(Defaults.TEACHER_EPOCHS);
    assertThat(spec.teacher().augment()).isEqualTo("shift:2");
    assertThat(spec.student().augment()).isEqualTo("none");
    assertThat(spec.seeds()).hasSize(Defaults.SEEDS);
    assertThat(spec.strategies())
        .extracting(StrategyChoice::strategy)
        .containsExactly("scratch", "echo");
  }

  @Test
  void dataThatIsNoImagesIsNotShiftedAndTakenWhole() {
    StudySpec spec = read("data: toy");
    assertThat(spec.teacher().augment()).isEqualTo("none");
    assertThat(spec.split().train()).isEmpty();
  }

  @Test
  void theTeachersTrainingFollowsTheStudentsUntilItIsSaid() {
    StudySpec spec =
        read(
            """
            data: strokes
            optimizer: sgd
            learningRate: 0.1
            schedule: multi-step:5-8
            batch: 64
            augment: none
            teacherBatch: 32
            """);
    assertThat(spec.teacher())
        .isEqualTo(
            new NetworkPlan(
                Defaults.TEACHER,
                Defaults.TEACHER_EPOCHS,
                "none",
                "sgd",
                Optional.of(0.1f),
                "multi-step:5-8",
                32));
    assertThat(read("{optimizer: sgd, learningRate: 0.1, teacherOptimizer: adam}").teacher())
        .as("a rate for one optimiser is none for another")
        .extracting(NetworkPlan::learningRate)
        .isEqualTo(Optional.empty());
  }

  @Test
  void networksMayBeMappings() {
    StudySpec spec =
        read(
            """
            teacher: {network: "mlp:8,dropout=0.2", epochs: 7, augment: shift:1, learningRate: 1e-2}
            student:
              network: mlp:4
              batch: 16
            """);
    assertThat(spec.teacher().network()).isEqualTo("mlp:8,dropout=0.2");
    assertThat(spec.teacher().epochs()).isEqualTo(7);
    assertThat(spec.teacher().learningRate()).contains(0.01f);
    assertThat(spec.teacher().batch()).isEqualTo(16);
    assertThat(spec.student().batch()).isEqualTo(16);
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnceAndWhereItStands() {
    refused(
        """
        nam: x
        data: {set: toi, trian: 5, validation: many, hideLabels: 2}
        teacher: {network: mpl:5, epoch: 3, batch: 0}
        student: mlp:five
        strategies:
          - scratch
          - ecko
          - echo: {temperature: [4, -1, hot], sofWeight: 1, side: right}
          - echo: {repeats: 20}
        seeds: [1, 1]
        epochs: 5.7
        learningRate: "0.1"
        schedule: cosinus
        optimiser: adam
        """,
        """
        study.yaml:1:1: nam: unknown key; did you mean 'name'?
        study.yaml:2:13: data.set: No data set 'toi'. Did you mean 'toy'? Known: %s.
        study.yaml:2:18: data.trian: unknown key; did you mean 'train'?
        study.yaml:2:40: data.validation: 'many' is not a whole number; write one, 0 or more
        study.yaml:2:58: data.hideLabels: 2 is out of range; write a number from 0 to 1
        study.yaml:3:20: teacher.network: No network 'mpl'. Did you mean 'mlp'? Known: bert, cnn, mlp, mobilenet, quantised, resnet, shufflenet, slim, transformer.
        study.yaml:3:27: teacher.epoch: unknown key; did you mean 'epochs'?
        study.yaml:3:44: teacher.batch: 0 is too small; write a whole number, 1 or more
        study.yaml:4:10: student: mlp takes layer sizes joined by '-', as in mlp:1200-1200; was 'mlp:five'
        study.yaml:7:5: strategies[1]: No strategy 'ecko'. Did you mean 'echo'? Known: echo, scratch, whisper.
        study.yaml:8:29: strategies[2].echo.temperature: temperature must be above 0, was -1.0
        study.yaml:8:33: strategies[2].echo.temperature: must be a number, was 'hot'
        study.yaml:8:39: strategies[2].echo.sofWeight: No option of echo 'sofWeight'. Did you mean 'softWeight'? Known: repeats, side, softWeight, temperature.
        study.yaml:8:59: strategies[2].echo.side: No value for echo.side 'right'. Known: far-right, left.
        study.yaml:9:21: strategies[3].echo.repeats: repeats times softWeight must be at most 10
        study.yaml:10:8: seeds: [1, 1] names a seed twice, or none; rows are paired by seed, write each once
        study.yaml:11:9: epochs: '5.7' is not a whole number; write one, 1 or more
        study.yaml:12:15: learningRate: the text '0.1' is not a number; write one, as in 0.5
        study.yaml:13:11: schedule: No schedule 'cosinus'. Did you mean 'cosine'? Known: constant, cosine, linear, multi-step.
        study.yaml:14:1: optimiser: unknown key; did you mean 'optimizer'?"""
            .formatted(String.join(", ", new TreeSet<>(KNOWN.data().keySet()))));
  }

  @Test
  void aKeyGivenTwiceIsRefused() {
    refused(
        "epochs: 3\nseeds: 1\nepochs: 4\n",
        "study.yaml:3:1: epochs: given before, at line 1; keep one");
    refused(
        "data: {set: toy, set: toy}",
        "study.yaml:1:18: data.set: given before, at line 1; keep one");
    refused(
        "epochs: 3\nstudent: {epochs: 4}",
        "study.yaml:1:1: epochs: given as student.epochs as well; keep one");
  }

  /** Twenty repeats are too many for the default weight, and not for this one. */
  @Test
  void optionsMayBeRightOnlyTogetherAndWrongOnlyTogether() {
    assertThat(read("strategies: [{echo: {repeats: 20, softWeight: 0.1}}]").strategies())
        .contains(StrategyChoice.of("echo").with("repeats", "20").with("softWeight", "0.1"));
    refused(
        "strategies: [{echo: {repeats: 5, softWeight: 3}}]",
        "study.yaml:1:14: strategies[0].echo: repeats times softWeight must be at most 10");
    refused(
        "strategies: [{echo: {repeats: [1, 5], softWeight: [1, 3], temperature: -1}}]",
        """
        study.yaml:1:14: strategies[0].echo: repeats times softWeight must be at most 10
        study.yaml:1:72: strategies[0].echo.temperature: temperature must be above 0, was -1.0""");
  }

  @Test
  void whatIsNoStudyIsRefused() {
    refused("", "study.yaml:1:1: there is nothing; a study says at least its data");
    refused(
        "data: {set: toy, omitClasses: [1, 3000000000]}",
        "study.yaml:1:31: data.omitClasses: 3000000000 is too large; write at most 2147483647");
    refused(
        "cacheMegabytes: 2001",
        "study.yaml:1:17: cacheMegabytes: 2001 is too large; write at most 2000, or 0 to keep"
            + " nothing");
    assertThat(read("teacherEpochs: 0").teacher().epochs()).isZero();
    refused("epochs: 0", "study.yaml:1:9: epochs: 0 is too small; write a whole number, 1 or more");
    refused("- a\n", "study.yaml:1:1: a list; a study is a mapping, as in 'data: strokes'");
    refused(
        "data: [strokes\nseeds: 3",
        "study.yaml:2:6: not YAML: expected ',' or ']', but got :; check quotes, brackets and indents");
    refused("teacher:", "study.yaml:1:9: teacher: nothing is not a text; write one");
    refused(
        "strategies: echo",
        "study.yaml:1:13: strategies: 'echo' is not a list; write one, as in [scratch, offline]");
    refused(
        "strategies: [{echo: {}, whisper: {}}]",
        "study.yaml:1:14: strategies[0]: a mapping is no strategy; write an id, or {id: {option:"
            + " value}} with one id");
    refused(
        "strategies: [echo, echo]",
        "study.yaml:1:20: strategies[1]: 'echo' is compared already; name each row once");
    refused(
        "zzzzzzzz: 1",
        "study.yaml:1:1: zzzzzzzz: unknown key; known keys: name, data, teacher, student,"
            + " strategies, baseline, seeds, epochs, augment, optimizer, learningRate, schedule,"
            + " batch, teacherEpochs, teacherAugment, teacherOptimizer, teacherLearningRate,"
            + " teacherSchedule, teacherBatch, teacherSeed, checkpointEverySteps,"
            + " cacheMegabytes, measure");
  }

  @Test
  void aReferenceThatHoldsItselfIsRefused() {
    assertThatThrownBy(() -> read("data: &a {set: *a}"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void filesAreNamedInMessages(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("größe 1.yaml");
    Files.writeString(file, "\ufeffseeds: none\n");
    assertThatThrownBy(() -> StudyYaml.read(KNOWN, file, List.of()))
        .hasMessage(file + ":1:8: seeds: 'none' is not a whole number; write one, 1 or more");
    Files.write(file, "name: gr\u00f6\u00dfe".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> StudyYaml.read(KNOWN, file, List.of()))
        .hasMessage(file + " is not UTF-8 text; a study is a YAML file in UTF-8.");
    Files.writeString(file, "seeds: 1\r\nepochs: 2\r\n");
    assertThat(StudyYaml.read(KNOWN, file, List.of()).name()).isEqualTo("größe 1");
    assertThatThrownBy(() -> StudyYaml.read(KNOWN, folder.resolve("no.yaml"), List.of()))
        .hasMessage("There is no file " + folder.resolve("no.yaml") + ".");
  }

  @Test
  void overridesAreMergedBeforeAnythingIsRead() {
    StudySpec spec =
        read(
            SWEEP,
            "data.train=all",
            "teacher=mlp:9",
            "teacher.epochs=50",
            "epochs=2",
            "seeds=4,5",
            "strategies.1=whisper",
            "name='quoted: name'");
    assertThat(spec.name()).isEqualTo("quoted: name");
    assertThat(spec.split().train()).isEmpty();
    assertThat(spec.teacher().network()).isEqualTo("mlp:9");
    assertThat(spec.teacher().epochs()).isEqualTo(50);
    assertThat(spec.student().epochs()).isEqualTo(2);
    assertThat(spec.seeds()).containsExactly(4L, 5L);
    assertThat(spec.strategies().get(1)).isEqualTo(StrategyChoice.of("whisper"));
  }

  @Test
  void overridesOfAStrategyReachAllItsRows() {
    assertThat(read(SWEEP, "echo.softWeight=0.5,0.25").strategies())
        .extracting(StrategyChoice::toString)
        .containsExactly(
            "scratch",
            "echo softWeight=0.5 temperature=4",
            "echo softWeight=0.25 temperature=4",
            "echo softWeight=0.5 temperature=20",
            "echo softWeight=0.25 temperature=20");
    assertThat(read("strategies: [scratch, echo]", "echo.temperature=7").strategies())
        .containsExactly(
            StrategyChoice.of("scratch"), StrategyChoice.of("echo").with("temperature", "7"));
    assertThat(read("seeds: 1", "strategies=[echo]").strategies())
        .extracting(StrategyChoice::strategy)
        .containsExactly("scratch", "echo");
  }

  @Test
  void aSettingSaidLaterTakesTheOtherWayOfSayingItBack() {
    assertThat(read("student: {network: mlp:3, epochs: 9}", "epochs=4").student().epochs())
        .isEqualTo(4);
    assertThat(read("teacherEpochs: 9", "teacher.epochs=4").teacher().epochs()).isEqualTo(4);
    assertThat(read("student: {network: mlp:3, epochs: 9}", "student=mlp:5").student())
        .isEqualTo(NetworkPlan.of("mlp:5", 9));
  }

  @Test
  void wrongOverridesSayTheyComeFromTheCommandLine() {
    refused(
        SWEEP, "epochs=x", "command line: epochs: 'x' is not a whole number; write one, 1 or more");
    refused(SWEEP, "epoch=3", "command line: epoch: unknown key; did you mean 'epochs'?");
    refused(SWEEP, "data.trian=3", "command line: data.trian: unknown key; did you mean 'train'?");
    refused(
        SWEEP,
        "epochs",
        "command line: 'epochs' is no override; one reads path=value, as in epochs=5 or"
            + " offline.temperature=4,20");
    refused(
        SWEEP,
        "whisper.x=1",
        "command line: whisper.x: whisper is not compared; name it as well, or set an option of"
            + " scratch, echo");
    refused(
        SWEEP,
        "eco.temperature=1",
        "command line: eco.temperature: there is no 'eco' to set; did you mean 'echo'?");
    refused(
        SWEEP,
        "strategies.7=echo",
        "command line: strategies.7: there is no item '7'; items are counted from 0 to 1");
    refused(
        SWEEP,
        "name.first=x",
        "command line: name.first: there is nothing inside 't-sweep'; give the value whole");
    refused(
        SWEEP,
        "echo.temperature=4,cold",
        "command line: strategies[1].echo.temperature: must be a number, was 'cold'");
    refused(
        SWEEP,
        "seeds=[1",
        "command line: not YAML: expected ',' or ']', but got <stream end>; check quotes,"
            + " brackets and indents");
  }

  @Test
  void aWrittenStudyIsReadable() {
    assertThat(StudyYaml.write(read(SWEEP)))
        .isEqualTo(
            """
            name: t-sweep
            data:
              set: toy
              train: 5000
              validation: default
              omitClasses: []
              hideLabels: 0.0
              labelNoise: 0.0
              normalize: unit
              seed: 0
            teacher:
              network: mlp:400-400,dropout=0.3
              epochs: 20
              augment: none
              optimizer: adam
              learningRate: default
              schedule: cosine
              batch: 128
            student:
              network: mlp:200-200
              epochs: 20
              augment: none
              optimizer: adam
              learningRate: default
              schedule: cosine
              batch: 128
            strategies:
            - scratch
            - echo: {temperature: 4}
            - echo: {temperature: 20}
            seeds: [1, 2, 3]
            teacherSeed: each
            checkpointEverySteps: 0
            cacheMegabytes: 512
            """);
  }

  static Stream<StudySpec> manySpecs() {
    Random random = new Random(17);
    List<String> names =
        List.of("plain", "5", "null", "with: colon", "Größe ± 3", "- dash", "'", "true", "a #b");
    List<StudySpec> specs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      specs.add(
          new StudySpec(
              names.get(i % names.size()),
              random.nextBoolean() ? "toy" : "toy:my file, ü.csv,label=a b",
              split(random),
              plan(random),
              plan(random),
              rows(random),
              random.longs(1 + random.nextInt(4), -5, 1L << 40).distinct().boxed().toList(),
              random.nextBoolean() ? Optional.empty() : Optional.of(random.nextLong() >> 8),
              random.nextInt(3),
              random.nextBoolean() ? List.of() : List.of("transfer", "robustness"),
              random.nextInt(2001)));
    }
    return specs.stream();
  }

  private static SplitSpec split(Random random) {
    TreeSet<Integer> omitted = new TreeSet<>();
    random.ints(random.nextInt(3), 0, 9).forEach(omitted::add);
    return new SplitSpec(
        random.nextBoolean() ? Optional.empty() : Optional.of(random.nextInt(3)),
        random.nextBoolean() ? Optional.empty() : Optional.of(1 + random.nextInt(9999)),
        random.nextBoolean() ? Optional.empty() : Optional.of(1 + random.nextInt(99)),
        omitted,
        random.nextFloat(),
        random.nextFloat() * 0.9f,
        SplitSpec.Scaling.values()[random.nextInt(2)],
        random.nextInt(3));
  }

  private static NetworkPlan plan(Random random) {
    return new NetworkPlan(
        random.nextBoolean() ? "mlp:8-8,dropout=0.25" : "cnn:4",
        1 + random.nextInt(300),
        random.nextBoolean() ? "none" : "shift:2",
        List.of("adam", "adamw", "sgd").get(random.nextInt(3)),
        random.nextBoolean() ? Optional.empty() : Optional.of(random.nextFloat() * 1e-3f + 1e-9f),
        random.nextBoolean() ? "cosine,warmup=1.5" : "multi-step:60-120,factor=0.2",
        1 + random.nextInt(512));
  }

  private static List<StrategyChoice> rows(Random random) {
    List<StrategyChoice> rows = new ArrayList<>();
    if (random.nextBoolean()) {
      rows.add(StrategyChoice.of("scratch"));
    }
    rows.add(StrategyChoice.of("echo").with("temperature", "1e-3"));
    rows.add(StrategyChoice.of("echo").with("side", "far-right").with("repeats", "2"));
    if (random.nextBoolean()) {
      rows.add(StrategyChoice.of("whisper"));
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("manySpecs")
  void whatIsWrittenReadsBackEqual(StudySpec spec) {
    assertThat(read(StudyYaml.write(spec))).isEqualTo(spec);
  }
}
