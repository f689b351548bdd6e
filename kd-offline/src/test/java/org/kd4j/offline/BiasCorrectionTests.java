package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.phase.Biased;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

class BiasCorrectionTests {
  @Test
  void aClassIsMissingWhereTheTransferSetShowsNoLabelOfIt() {
    Task whole = TinyTask.task(1);
    assertThat(missing(whole)).isEmpty();
    assertThat(missing(Example.without(2, whole))).containsExactly(2);
    assertThat(missing(Example.without(0, Example.without(2, whole)))).containsExactly(0, 2);
    assertThat(missing(Example.labelledEvery(2, whole))).isEmpty();
    // every third sample is of class 0: the others' labels are all hidden
    assertThat(missing(Example.labelledEvery(3, whole))).containsExactly(1, 2);
    assertThat(missing(Example.labelledEvery(0, whole))).as("nothing was kept").isEmpty();
  }

  @Test
  void theSearchFindsWhatTryingEveryShiftFinds() {
    Set<Float> found = new TreeSet<>();
    for (int trial = 0; trial < 12; trial++) {
      int classes = 3 + trial % 4;
      SortedSet<Integer> missing = new TreeSet<>(List.of(trial % 3));
      if (trial % 2 == 1) {
        missing.add(classes - 1);
      }
      Predictions said = noisy(trial, classes, missing, 4 * (trial % 5) - 8);
      float best = 0;
      for (int k = 1; k <= 150; k++) {
        for (int signed : new int[] {k, -k}) {
          if (right(said, missing, signed / 10f) > right(said, missing, best)) {
            best = signed / 10f;
          }
        }
      }
      assertThat(BiasCorrection.bestShift(said, missing)).as("trial " + trial).isEqualTo(best);
      found.add(best);
    }
    assertThat(found).as("the trials differ").hasSizeGreaterThan(6);
  }

  /**
   * Hinton's two cases: a class whose logit is far too low; and, seen from here, two far too high.
   */
  @Test
  void aConstantThatWasLostIsFoundAgain() {
    SortedSet<Integer> three = new TreeSet<>(List.of(3));
    assertThat(BiasCorrection.bestShift(noisy(1, 10, three, -3.5f), three))
        .isCloseTo(3.5f, within(0.8f));
    SortedSet<Integer> allBut = new TreeSet<>(List.of(0, 1, 2, 3, 4, 5, 6, 9));
    assertThat(BiasCorrection.bestShift(noisy(2, 10, allBut, -7.6f), allBut))
        .isCloseTo(7.6f, within(0.8f));
  }

  @Test
  void ofEquallyGoodShiftsTheSmallestIsTaken() {
    SortedSet<Integer> first = new TreeSet<>(List.of(0));
    // right whatever is added between -4 and 4
    assertThat(BiasCorrection.bestShift(of(new int[] {0, 2}, 9, 5, 0, 0, 4, 8), first)).isZero();
    // right from +2 on (a tie goes to the first class), and from there on equally
    assertThat(BiasCorrection.bestShift(of(new int[] {0}, 1, 3, 0), first))
        .isCloseTo(2, within(1e-5f));
    // wrong up to -2, where the first class still wins the tie
    assertThat(BiasCorrection.bestShift(of(new int[] {1}, 3, 1, 0), first))
        .isCloseTo(-2.1f, within(1e-5f));
    // one sample is right below -0.95, another above +0.95: never both, so neither is moved to
    assertThat(BiasCorrection.bestShift(of(new int[] {1, 0}, 0.95f, 0, -9, -0.95f, 0, -9), first))
        .as("of two as near, the positive one")
        .isCloseTo(1, within(1e-5f));
    // nothing helps
    assertThat(BiasCorrection.bestShift(of(new int[] {2}, 3, 1, 0), first)).isZero();
    assertThat(BiasCorrection.bestShift(of(new int[] {-1}, 3, 1, 0), first))
        .as("no label, no choice")
        .isZero();
  }

  @Test
  void theStudentOfAnIncompleteTransferSetIsCorrected() {
    Task task = Example.without(2, TinyTask.task(25));
    Example.Run run = Example.run(new Offline(options()), task);
    assertThat(run.result().deployed()).isInstanceOf(Biased.class);
    Biased biased = (Biased) run.result().deployed();
    assertThat(biased.of()).isInstanceOf(Trained.class);
    assertThat(run.result().others()).containsOnlyKeys("teacher", "uncorrected");
    assertThat(run.result().others().get("uncorrected")).isEqualTo(biased.of());
    assertThat(biased.shifts().subList(0, 2)).containsExactly(0f, 0f);
    float shift = biased.shifts().get(2);
    assertThat(shift).isPositive();

    var validation = task.validation().orElseThrow();
    Predictions plain = run.session().predict(biased.of(), validation);
    Predictions shifted = run.session().predict(biased, validation);
    for (int i = 0; i < plain.logits().length; i++) {
      assertThat(shifted.logits()[i]).isEqualTo(plain.logits()[i] + (i % 3 == 2 ? shift : 0));
    }
    assertThat(Evaluation.accuracy(shifted)).isGreaterThan(Evaluation.accuracy(plain));
    assertThat(biased)
        .hasToString("student (mlp:8), class 2 +" + String.format(Locale.ROOT, "%.3g", shift));
  }

  @Test
  void aDryRunPlansTheSamePhases() {
    Task task = Example.without(2, TinyTask.task(1));
    DryRun dry = new DryRun(task, 3, OptionalLong.empty(), TinyTask.context().environment());
    assertThat(new Offline(options()).distill(dry).deployed()).isInstanceOf(Biased.class);
    assertThat(dry.planned())
        .extracting(p -> p.phase().name())
        .containsExactly("teacher", "student");
  }

  @Test
  void whereNoClassIsMissingTheStudentStaysAsItIs() {
    Task task = TinyTask.task(2);
    Example.Run run = Example.run(new Offline(options()), task);
    assertThat(run.result().deployed()).isInstanceOf(Trained.class);
    assertThat(run.result().others()).containsOnlyKeys("teacher");
    assertThat(run.logits())
        .containsExactly(Example.run(new Offline(new Offline.Factory().defaults()), task).logits());
  }

  @Test
  void choosingWithoutValidationIsRefusedBeforeAnythingIsTrained() {
    Task blind = Example.withoutValidation(TinyTask.task(1));
    var configured =
        Distillation.of(new OfflineModule())
            .strategies()
            .configure("offline", Map.of("biasCorrection", "validation"));
    assertThat(configured.missing(blind))
        .contains("chooses by validation, and the task sets no samples aside for it");
    assertThat(new Offline.Factory().requirements().missing(blind)).isEmpty();
    assertThatThrownBy(() -> Example.run(new Offline(options()), blind))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "biasCorrection=validation chooses by validation,"
                + " and the task sets no samples aside for it");
  }

  private static Offline.Options options() {
    return new Offline.Options(
        4,
        0.9f,
        0.1f,
        Offline.LabelUse.OBJECTIVE,
        0.1f,
        Offline.Correction.VALIDATION,
        Offline.StudentStart.FRESH);
  }

  private static SortedSet<Integer> missing(Task task) {
    return BiasCorrection.missing(task.train(), task.transfer());
  }

  private static Predictions of(int[] labels, float... logits) {
    return new Predictions(logits, logits.length / labels.length, labels);
  }

  /** Noisy logits, highest at the label on average, with a constant added to some classes. */
  private static Predictions noisy(long seed, int classes, SortedSet<Integer> missing, float off) {
    int rows = 400;
    float[] logits = new float[rows * classes];
    int[] labels = new int[rows];
    for (int r = 0; r < rows; r++) {
      Draws draws = Draws.of(seed, "row", r);
      labels[r] = r % 17 == 0 ? -1 : r % classes;
      for (int c = 0; c < classes; c++) {
        logits[r * classes + c] =
            (float) (1.5 * draws.gaussian(c) + (c == r % classes ? 4 : 0))
                + (missing.contains(c) ? off : 0);
      }
    }
    return new Predictions(logits, classes, labels);
  }

  /** How many are right when a constant is added to some classes, by the general measure. */
  private static double right(Predictions said, SortedSet<Integer> missing, float shift) {
    float[] logits = said.logits().clone();
    for (int i = 0; i < logits.length; i++) {
      logits[i] += missing.contains(i % said.classes()) ? shift : 0;
    }
    return Evaluation.accuracy(new Predictions(logits, said.classes(), said.labels()));
  }

  @Test
  void aShiftAtTheEndOfTheGridIsSaidToBe() {
    assertThat(BiasCorrection.told(3.5f)).endsWith("are shifted by +3.5");
    assertThat(BiasCorrection.told(-15))
        .endsWith("by -15.0, the end of the grid of ±15: more may be better");
  }
}
