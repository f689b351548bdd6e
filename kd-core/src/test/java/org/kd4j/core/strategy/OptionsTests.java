package org.kd4j.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.testkit.TinyTask;

/** Options as people write them, the registry that finds strategies, and what strategies need. */
class OptionsTests {
  private enum Choice {
    LAST,
    BEST_VALIDATION
  }

  private record Options(
      float temperature,
      double precise,
      int teachers,
      long samples,
      boolean center,
      String label,
      Choice choice) {
    Options {
      UsageException.require(temperature > 0, "temperature must be above 0, was %s", temperature);
    }
  }

  private static final Options DEFAULTS = new Options(4, 0.5, 1, 10, false, "x", Choice.LAST);

  @Test
  void everyTypeIsRead() {
    Map<String, String> written =
        Map.of(
            "temperature", "2.5",
            "precise", "1e-3",
            "teachers", "3",
            "samples", "5000000000",
            "center", "true",
            "label", "a text",
            "choice", "best-validation");
    assertThat(OptionBinder.bind("mine", DEFAULTS, written))
        .isEqualTo(
            new Options(2.5f, 1e-3, 3, 5_000_000_000L, true, "a text", Choice.BEST_VALIDATION));
  }

  @Test
  void whatIsNotWrittenKeepsItsDefault() {
    assertThat(OptionBinder.bind("mine", DEFAULTS, Map.of())).isEqualTo(DEFAULTS);
    assertThat(OptionBinder.bind("mine", DEFAULTS, Map.of("teachers", "2")).temperature())
        .isEqualTo(4);
  }

  @Test
  void printedOptionsAreReadBack() {
    Options odd = new Options(0.1f, 1e-7, 3, -1, true, "a=b", Choice.BEST_VALIDATION);
    assertThat(OptionBinder.bind("mine", DEFAULTS, OptionBinder.print(odd))).isEqualTo(odd);
    assertThat(OptionBinder.print(DEFAULTS))
        .containsEntry("temperature", "4")
        .containsEntry("choice", "last")
        .containsEntry("center", "false");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temprature | 4 | No option of mine 'temprature'. Did you mean 'temperature'?"
            + " Known: center, choice, label, precise, samples, teachers, temperature.",
        "temperature | hot | mine.temperature must be a number, was 'hot'",
        "temperature | NaN | mine.temperature must be a number, was 'NaN'",
        "temperature | Infinity | mine.temperature must be a number, was 'Infinity'",
        "temperature | 1e40 | mine.temperature must be a number, was '1e40'",
        "precise | NaN | mine.precise must be a number, was 'NaN'",
        "temperature | 0 | mine: temperature must be above 0, was 0.0",
        "teachers | 1.5 | mine.teachers must be a whole number, was '1.5'",
        "teachers | 5000000000 | mine.teachers must be a whole number, was '5000000000'",
        "samples | many | mine.samples must be a whole number, was 'many'",
        "center | yes | mine.center must be true or false, was 'yes'",
        "choice | first | No value for mine.choice 'first'. Known: best-validation, last.",
        "choice | lst | No value for mine.choice 'lst'. Did you mean 'last'? Known: best-validation, last."
      })
  void anOptionThatCannotBeReadIsRefusedByName(String option, String value, String message) {
    assertThatThrownBy(() -> OptionBinder.bind("mine", DEFAULTS, Map.of(option, value)))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  private record PlainJava(int layers) {
    PlainJava {
      if (layers < 1) {
        throw new IllegalArgumentException("layers must be positive");
      }
    }
  }

  @Test
  void whatPlainJavaRefusesIsARefusalToo() {
    assertThatThrownBy(() -> OptionBinder.bind("mine", new PlainJava(1), Map.of("layers", "0")))
        .isInstanceOf(UsageException.class)
        .hasMessage("mine: layers must be positive");
  }

  @Test
  void whatMayBeWrittenIsSaidByType() {
    List<String> said =
        Arrays.stream(Options.class.getRecordComponents())
            .map((RecordComponent c) -> OptionBinder.accepts(c))
            .toList();
    assertThat(said)
        .containsExactly(
            "a number",
            "a number",
            "a whole number",
            "a whole number",
            "true | false",
            "a text",
            "last | best-validation");
  }

  @Test
  void anUnknownStrategyIsRefusedWithTheNearest() {
    StrategyRegistry registry =
        new StrategyRegistry(
            Map.of("scratch", new Scratch.Factory(), "twin", new Scratch.Factory()),
            List.of("twin"));
    assertThat(registry.ids()).containsExactly("scratch", "twin");
    assertThat(registry.defaultComparison()).containsExactly("scratch", "twin");
    assertThatThrownBy(() -> registry.factory("scrath"))
        .isInstanceOf(UsageException.class)
        .hasMessage("No strategy 'scrath'. Did you mean 'scratch'? Known: scratch, twin.");
    assertThatThrownBy(() -> registry.configure("scratch", Map.of("temperature", "4")))
        .isInstanceOf(UsageException.class)
        .hasMessage("No option of scratch 'temperature'. There is none.");
    assertThatThrownBy(
            () -> new StrategyRegistry(Map.of("scratch", new Scratch.Factory()), List.of("twin")))
        .isInstanceOf(UsageException.class)
        .hasMessage("No strategy 'twin'. Known: scratch.");
  }

  @Test
  void whatIsMissingIsSaidAsAClause() {
    Task task = TinyTask.task(1);
    assertThat(Requirements.NONE.missing(task)).isEmpty();
    assertThat(new Requirements(3, true, true).missing(task)).isEmpty();
    assertThat(new Requirements(4, false, false).missing(task))
        .contains("needs at least 4 classes, tiny/train has 3");
    assertThat(
            new Requirements(2, false, true)
                .missing(with(task, (ArraySamples) task.transfer(), false)))
        .contains("chooses by validation, and the task sets no samples aside for it");
    ArraySamples all = (ArraySamples) task.transfer();
    int[] labels = all.labels().clone();
    labels[7] = -1;
    Task hidden = with(task, all.relabelled("tiny/hidden", labels), true);
    assertThat(new Requirements(2, true, false).missing(hidden))
        .contains("needs every label, some of tiny/hidden are hidden");
    assertThat(Requirements.NONE.missing(hidden)).isEmpty();
  }

  @Test
  void aStrategyAddsWhatItsOptionsMiss() {
    DistillationStrategy picky =
        new DistillationStrategy() {
          @Override
          public DistillationResult distill(DistillationSession session) {
            throw new AssertionError("only asked");
          }

          @Override
          public Optional<String> missing(Task task) {
            return Optional.of("wants more of " + task.name());
          }
        };
    Task task = TinyTask.task(1);
    assertThat(configured(picky, Requirements.NONE).missing(task)).contains("wants more of tiny");
    assertThat(configured(picky, new Requirements(4, false, false)).missing(task))
        .contains("needs at least 4 classes, tiny/train has 3");
    assertThat(configured(new Scratch(), Requirements.NONE).missing(task)).isEmpty();
  }

  private static StrategyRegistry.Configured configured(
      DistillationStrategy strategy, Requirements requirements) {
    return new StrategyRegistry.Configured("picky", DEFAULTS, strategy, requirements);
  }

  @Test
  void aBatchThatIsTooSmallIsSaidBeforeAnythingIsTrained() {
    Requirements pairs = Requirements.NONE.withMinimumBatch(2);
    Task task = TinyTask.task(1);
    assertThat(pairs.missing(task)).isEmpty();
    ArraySamples all = (ArraySamples) task.transfer();
    int[] rows = IntStream.range(0, 201).toArray();
    Task oneOver = with(task, all.subset("tiny/odd", rows), true);
    assertThat(pairs.missing(oneOver))
        .contains(
            "needs batches of at least 2, and the last of each epoch has 1"
                + " (201 samples in batches of 50); choose another batch size");
    assertThat(Requirements.NONE.missing(oneOver)).isEmpty();
  }

  private static Task with(Task task, ArraySamples transfer, boolean validation) {
    return new Task(
        task.name(),
        task.train(),
        transfer,
        validation ? task.validation() : Optional.empty(),
        task.teacher(),
        task.student(),
        task.teacherRecipe(),
        task.recipe());
  }
}
