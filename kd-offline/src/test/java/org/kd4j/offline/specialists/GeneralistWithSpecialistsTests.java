package org.kd4j.offline.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.phase.Knowledge;

class GeneralistWithSpecialistsTests {
  private static final int CLASSES = 6;
  private static final int ROWS = 40;
  private static final List<List<Integer>> GROUPS = List.of(List.of(0, 1), List.of(1, 2, 4));
  private static final float[] INPUTS = inputs();

  private final Linear generalist = new Linear("generalist", CLASSES);
  private final Linear first = new Linear("first", 3);
  private final Linear second = new Linear("second", 4);
  private final GeneralistWithSpecialists whole =
      new GeneralistWithSpecialists(
          generalist, List.of(new Part(first, GROUPS.get(0)), new Part(second, GROUPS.get(1))), 1);

  @Test
  void itSaysWhatAgreesBestWithAllWhoWereCalled() {
    Predictions said = forward(whole, INPUTS);
    Predictions general = predictions(generalist, CLASSES);
    boolean[][] active = ActiveSpecialists.of(general.logits(), CLASSES, GROUPS, 1);
    Combination combination = new Combination(CLASSES, GROUPS);
    int[] calls = new int[3];
    for (int r = 0; r < ROWS; r++) {
      double[][] specialists = {
        predictions(first, 3).probabilities(r, 1), predictions(second, 4).probabilities(r, 1)
      };
      double[] q = new double[CLASSES];
      combination.minimize(general.probabilities(r, 1), specialists, active[r], q);
      for (int c = 0; c < CLASSES; c++) {
        assertThat(said.logits()[r * CLASSES + c]).isCloseTo((float) Math.log(q[c]), within(1e-6f));
      }
      calls[(active[r][0] ? 1 : 0) + (active[r][1] ? 1 : 0)]++;
    }
    assertThat(calls).as("rows that call none, one and both").doesNotContain(0);
  }

  @Test
  void whereNobodyIsCalledItIsTheGeneralists() {
    Predictions said = forward(whole, INPUTS);
    Predictions general = predictions(generalist, CLASSES);
    int row =
        IntStream.range(0, ROWS).filter(r -> general.predicted(r) == 3).findFirst().orElseThrow();
    assertThat(said.probabilities(row, 1))
        .containsExactly(general.probabilities(row, 1), within(1e-6));
  }

  @Test
  void aSpecialistNobodyCallsIsNotForwarded() {
    Predictions general = predictions(generalist, CLASSES);
    int row =
        IntStream.range(0, ROWS).filter(r -> general.predicted(r) == 0).findFirst().orElseThrow();
    forward(whole, Arrays.copyOfRange(INPUTS, row * Linear.INPUTS, (row + 1) * Linear.INPUTS));
    assertThat(first.asked).hasValue(1);
    assertThat(second.asked).hasValue(0);
  }

  /** Of a batch a specialist reads the rows that call it, and no other. */
  @Test
  void whoIsNotCalledByASampleDoesNotReadIt() {
    forward(whole, INPUTS);
    boolean[][] active =
        ActiveSpecialists.of(predictions(generalist, CLASSES).logits(), CLASSES, GROUPS, 1);
    long one = Arrays.stream(active).filter(row -> row[0]).count();
    long two = Arrays.stream(active).filter(row -> row[1]).count();
    assertThat(one).isBetween(1L, ROWS - 1L);
    assertThat(first.rows).hasValue((int) one);
    assertThat(second.rows).hasValue((int) two);
  }

  @Test
  void manyClassesAreToldInBrief() {
    List<Integer> group = IntStream.range(3, 303).boxed().toList();
    assertThat(Part.told(GROUPS.get(1))).isEqualTo("[1, 2, 4]");
    assertThat(Part.told(group)).isEqualTo("300 classes [3, 4, 5, 6, 7, 8 …]");
    assertThat(new Collapsed(new Linear("wide", 400), group))
        .hasToString("wide of 300 classes [3, 4, 5, 6, 7, 8 …]");
    assertThat(whole).hasToString("generalist with specialists of [0, 1], [1, 2, 4]");
    List<Part> many =
        IntStream.range(0, 9)
            .mapToObj(i -> new Part(new Linear("part-" + i, 3), List.of(i, i + 1)))
            .toList();
    assertThat(new GeneralistWithSpecialists(new Linear("wide", 400), many, 1))
        .hasToString("wide with 9 specialists");
  }

  @Test
  void itMayBeASpecialistItself() {
    GeneralistWithSpecialists finer =
        new GeneralistWithSpecialists(
            second, List.of(new Part(new Linear("finer", 3), List.of(0, 2))), 1);
    GeneralistWithSpecialists deep =
        new GeneralistWithSpecialists(
            generalist, List.of(whole.parts().get(0), new Part(finer, GROUPS.get(1))), 1);
    Predictions said = forward(deep, INPUTS);
    Predictions flat = forward(whole, INPUTS);
    boolean[][] active =
        ActiveSpecialists.of(predictions(generalist, CLASSES).logits(), CLASSES, GROUPS, 1);
    boolean[][] deeper =
        ActiveSpecialists.of(predictions(second, 4).logits(), 4, List.of(List.of(0, 2)), 1);
    int changed = 0;
    for (int r = 0; r < ROWS; r++) {
      boolean calls = active[r][1] && deeper[r][0];
      double gap = Math.abs(said.logits()[r * CLASSES] - flat.logits()[r * CLASSES]);
      assertThat(gap > 1e-6).as("row %d", r).isEqualTo(calls);
      changed += calls ? 1 : 0;
    }
    assertThat(changed).isBetween(1, ROWS - 1);
  }

  @Test
  void itsFingerprintTellsItsParts() {
    Part part = whole.parts().get(0);
    assertThat(
            List.of(
                whole.fingerprint(),
                new GeneralistWithSpecialists(generalist, whole.parts(), 2).fingerprint(),
                new GeneralistWithSpecialists(generalist, List.of(part), 1).fingerprint(),
                new GeneralistWithSpecialists(
                        generalist, List.of(new Part(first, List.of(0, 2))), 1)
                    .fingerprint(),
                Dustbin.shifted(first, 1).fingerprint(),
                Dustbin.shifted(first, 2).fingerprint(),
                new Collapsed(generalist, List.of(0, 1)).fingerprint(),
                new Collapsed(generalist, List.of(0, 2)).fingerprint()))
        .doesNotHaveDuplicates();
    assertThat(new GeneralistWithSpecialists(generalist, whole.parts(), 1).fingerprint())
        .isEqualTo(whole.fingerprint());
  }

  @Test
  void collapsingSumsTheClassesOutside() {
    Predictions general = predictions(generalist, CLASSES);
    Predictions said = forward(new Collapsed(generalist, GROUPS.get(1)), INPUTS);
    assertThat(said.classes()).isEqualTo(4);
    for (int r = 0; r < ROWS; r++) {
      double[] p = general.probabilities(r, 1);
      assertThat(said.probabilities(r, 1))
          .containsExactly(new double[] {p[1], p[2], p[4], p[0] + p[3] + p[5]}, within(1e-6));
    }
  }

  /** In probabilities all of these would be 0, and their logarithms without end. */
  @Test
  void collapsingStaysInLogSpace() {
    float[] logits = {1000, 0, -500, -501};
    assertThat(Collapsed.collapse(logits, 4, List.of(0, 1)))
        .containsExactly(
            new float[] {0, -1000, (float) (-1500 + Math.log1p(Math.exp(-1)))}, within(1e-4f));
  }

  @Test
  void aCorrectionMovesTheDustbinAlone() {
    float[] before = predictions(first, 3).logits();
    float[] after = forward(Dustbin.shifted(first, 0.75), INPUTS).logits();
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i]).isEqualTo(i % 3 == 2 ? before[i] + 0.75f : before[i]);
    }
  }

  @Test
  void partsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> new Part(first, List.of(0, 1, 2)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "a specialist of the classes [0, 1, 2] needs 4 outputs, the dustbin being the last; first has 3");
    assertThatThrownBy(() -> new Part(first, List.of(1, 0)))
        .hasMessage(
            "a specialist's group must be different classes in ascending order, was [1, 0]");
    assertThatThrownBy(
            () ->
                new GeneralistWithSpecialists(
                    generalist, List.of(new Part(first, List.of(2, 6))), 1))
        .hasMessage("the group [2, 6] must be some of the generalist's classes, 0 to 5");
    assertThatThrownBy(() -> new GeneralistWithSpecialists(generalist, whole.parts(), 7))
        .hasMessage("topN must be from 1 to the number of classes, 6, was 7");
    assertThatThrownBy(() -> new Collapsed(first, List.of(0, 1, 2)))
        .hasMessage("a group must be some of the classes 0 to 2, was [0, 1, 2]");
  }

  @Test
  void theMostProbableClassesCallTheirSpecialists() {
    float[] logits = {3, 1, 2, 2, 0, 0, /**/ 0, 0, 0, 9, 0, 0};
    List<List<Integer>> groups = List.of(List.of(0, 5), List.of(2), List.of(3), List.of(1, 4));
    assertThat(ActiveSpecialists.of(logits, CLASSES, groups, 1))
        .isDeepEqualTo(new boolean[][] {{true, false, false, false}, {false, false, true, false}});
    assertThat(ActiveSpecialists.of(logits, CLASSES, groups, 2))
        .as("of equals the lower")
        .isDeepEqualTo(new boolean[][] {{true, true, false, false}, {true, false, true, false}});
    assertThat(ActiveSpecialists.of(logits, CLASSES, groups, CLASSES)[0])
        .containsExactly(true, true, true, true);
  }

  private static Predictions predictions(Linear who, int classes) {
    return new Predictions(who.logits(INPUTS), classes, new int[ROWS]);
  }

  private static Predictions forward(Knowledge who, float[] inputs) {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    int rows = inputs.length / Linear.INPUTS;
    try (NDManager manager = NDManager.newBaseManager()) {
      Knowledge.Live live =
          who.open(
              (trained, as) -> {
                throw new IllegalStateException("no network is behind this");
              });
      var logits = live.forward(manager.create(inputs, new Shape(rows, Linear.INPUTS))).logits();
      return new Predictions(logits.toFloatArray(), who.spec().classes(), new int[rows]);
    }
  }

  private static float[] inputs() {
    float[] values = new float[ROWS * Linear.INPUTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Draws.of(1, "inputs").gaussian(i);
    }
    return values;
  }
}
