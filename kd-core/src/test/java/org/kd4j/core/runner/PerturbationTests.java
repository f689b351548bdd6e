package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.evaluation.AttackedLoss;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Fgsm;
import org.kd4j.core.evaluation.GaussianBlur;
import org.kd4j.core.evaluation.GaussianNoise;
import org.kd4j.core.evaluation.Moved;
import org.kd4j.core.evaluation.Perturbation;
import org.kd4j.core.evaluation.Pgd;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** Changed inputs: the gradient that attacks follow, how far they go, and what blind changes do. */
class PerturbationTests {
  private static final Task TASK =
      TinyTask.task(4, new Mlp(List.of(24), 0, 0), new Mlp(List.of(), 0, 0));
  private static final Session SESSION = new Session(TASK, 1, TinyTask.context());
  private static final ArraySamples TEST = TinyTask.samples("tiny/test", 40, 9);
  private static final int WIDTH = 36;
  private static final int CLASSES = 3;
  private static Trained linear = null;
  private static Trained deep = null;

  @BeforeAll
  static void train() {
    deep = SESSION.teacher();
    linear =
        SESSION
            .run(TASK.phase("student", TASK.freshStudent(), Objective.hard(1)))
            .network(Role.STUDENT);
  }

  /** The gradient by the inputs that an attack would be given, row after row. */
  private static float[] gradient(Knowledge victim, ArraySamples on, AttackedLoss loss) {
    List<float[]> seen = new ArrayList<>();
    Perturbation spy =
        (inputs, view) -> {
          seen.add(view.gradient(loss, inputs).toFloatArray());
          return inputs;
        };
    SESSION.perturbed(victim, on, spy);
    return seen.get(0);
  }

  private static float[] inputs(ArraySamples samples) {
    float[] all = new float[samples.size() * WIDTH];
    float by = samples.normalization().deviation().get(0);
    for (int row = 0; row < samples.size(); row++) {
      for (int i = 0; i < WIDTH; i++) {
        all[row * WIDTH + i] = samples.raw(row)[i] / by;
      }
    }
    return all;
  }

  private static float[] changed(Knowledge victim, Perturbation by) {
    return inputs((ArraySamples) SESSION.perturbed(victim, TEST, by));
  }

  /** ∇_x CE(y, (Wx + b)/T) = Wᵀ(softmax((Wx + b)/T) − y)/T, in double precision. */
  @Test
  void theGradientOfALinearNetworkIsTheOneOfTheTextbook() {
    SortedMap<String, float[]> weights = SESSION.weights(linear);
    float[] w =
        weights.entrySet().stream()
            .filter(e -> e.getKey().endsWith("weight"))
            .findFirst()
            .orElseThrow()
            .getValue();
    Predictions said = SESSION.predict(linear, TEST);
    for (float t : new float[] {1, 20}) {
      float[] found = gradient(linear, TEST, new AttackedLoss.CrossEntropy(t));
      for (int row = 0; row < TEST.size(); row++) {
        double[] p = said.probabilities(row, t);
        p[TEST.labels()[row]] -= 1;
        for (int i = 0; i < WIDTH; i++) {
          double exact = 0;
          for (int c = 0; c < CLASSES; c++) {
            exact += p[c] * w[c * WIDTH + i] / t;
          }
          assertThat((double) found[row * WIDTH + i]).isCloseTo(exact, within(2e-6));
        }
      }
    }
  }

  /** FGSM on a linear network, computed by hand: x + ε·sign(Wᵀ(p − y)), cut to [0, 1]. */
  @Test
  void fgsmStepsBySignAndStaysInRange() {
    float[] before = inputs(TEST);
    float[] gradient = gradient(linear, TEST, AttackedLoss.CROSS_ENTROPY);
    float[] after = changed(linear, new Fgsm(0.2f, AttackedLoss.CROSS_ENTROPY));
    for (int i = 0; i < before.length; i++) {
      float stepped = before[i] + 0.2f * Math.signum(gradient[i]);
      assertThat(after[i]).isEqualTo(Math.max(0, Math.min(1, stepped)));
    }
  }

  @Test
  void theGradientOfADeeperNetworkAgreesWithDifferences() {
    for (AttackedLoss loss : List.of(AttackedLoss.CROSS_ENTROPY, AttackedLoss.MARGIN)) {
      float[] found = gradient(deep, TEST, loss);
      float[] x = inputs(TEST);
      float h = 1e-3f;
      double worst = 0;
      for (int i = 0; i < WIDTH; i++) {
        // One input of every sample at a time: samples do not hang on each other.
        double[] up = losses(moved(x, i, h), loss);
        double[] down = losses(moved(x, i, -h), loss);
        double[] here = losses(x, loss);
        for (int row = 0; row < TEST.size(); row++) {
          boolean kink = Math.abs(up[row] + down[row] - 2 * here[row]) > 1e-5;
          double slope = (up[row] - down[row]) / (2 * h);
          worst = kink ? worst : Math.max(worst, Math.abs(slope - found[row * WIDTH + i]));
        }
      }
      assertThat(worst).isLessThan(2e-3);
    }
  }

  private static float[] moved(float[] x, int input, float by) {
    float[] other = x.clone();
    for (int row = 0; row < TEST.size(); row++) {
      other[row * WIDTH + input] += by;
    }
    return other;
  }

  private static double[] losses(float[] x, AttackedLoss loss) {
    ArraySamples at =
        ArraySamples.ofFloats(
            "at", new Shape(1, 6, 6), CLASSES, x, TEST.labels(), Normalization.by(1));
    Predictions said = SESSION.predict(deep, at);
    double[] losses = new double[at.size()];
    for (int row = 0; row < losses.length; row++) {
      int y = at.labels()[row];
      double other = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < CLASSES; c++) {
        other = c == y ? other : Math.max(other, said.logits()[row * CLASSES + c]);
      }
      losses[row] =
          loss instanceof AttackedLoss.Margin
              ? other - said.logits()[row * CLASSES + y]
              : -said.logProbabilities(row, 1)[y];
    }
    return losses;
  }

  @Test
  void projectedStepsStayWithinReachAndMisleadMoreThanOne() {
    Pgd attack = Pgd.of(0.1f, 20, AttackedLoss.CROSS_ENTROPY);
    float[] before = inputs(TEST);
    for (Pgd each : List.of(attack, new Pgd(0.1f, 0.025f, 20, true, AttackedLoss.CROSS_ENTROPY))) {
      float[] after = changed(deep, each);
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i])
            .isBetween(
                Math.max(0, before[i] - 0.1f - 1e-6f), Math.min(1, before[i] + 0.1f + 1e-6f));
      }
    }
    double clean = Evaluation.nll(SESSION.predict(deep, TEST));
    double once = nllUnder(new Fgsm(0.1f, AttackedLoss.CROSS_ENTROPY));
    double often = nllUnder(attack);
    assertThat(once).isGreaterThan(clean + 0.2);
    assertThat(often).isGreaterThanOrEqualTo(once - 1e-3);
  }

  private static double nllUnder(Perturbation by) {
    return Evaluation.nll(SESSION.predict(deep, SESSION.perturbed(deep, TEST, by)));
  }

  @Test
  void theSameAttackGivesTheSameBitsAndLeavesTheVictimAsItWas() {
    Perturbation attack = new Pgd(0.1f, 0.02f, 5, true, AttackedLoss.CROSS_ENTROPY);
    Map<String, float[]> before = SESSION.weights(deep);
    Fingerprint once = SESSION.perturbed(deep, TEST, attack).fingerprint();
    assertThat(SESSION.perturbed(deep, TEST, attack).fingerprint()).isEqualTo(once);
    SESSION.weights(deep).forEach((path, values) -> assertThat(values).isEqualTo(before.get(path)));
  }

  /** Only inputs have a gradient: the backward pass stops at the parameters of the network. */
  @Test
  void noGradientReachesAParameter() {
    List<Network> opened = new ArrayList<>();
    Knowledge watched =
        new Wrapped(deep, 1) {
          @Override
          public Live open(Opening opening) {
            Live live = super.open(opening);
            opened.addAll(live.networks());
            return live;
          }
        };
    List<Boolean> reached = new ArrayList<>();
    Perturbation spy =
        (inputs, view) -> {
          view.gradient(AttackedLoss.CROSS_ENTROPY, inputs);
          opened.get(0).parameters().values().stream()
              .filter(p -> p.getArray().hasGradient())
              .forEach(p -> reached.add(Autograd.gradient(p.getArray()) != null));
          return inputs;
        };
    SESSION.perturbed(watched, TEST, spy);
    assertThat(opened).hasSize(1);
    assertThat(reached).doesNotContain(true);
  }

  /**
   * Logits a thousand times as far apart say the same classes. Their cross-entropy has gradient 0
   * nearly everywhere, so that an attack on it changes next to nothing; at the temperature that
   * undoes the factor, or on the margin, the attack is the one it was.
   */
  @Test
  void spreadLogitsHideTheGradientOfTheSoftmaxAndNothingElse() {
    Knowledge spread = new Wrapped(deep, 1000);
    float[] before = inputs(TEST);
    float[] blind = changed(spread, new Fgsm(0.1f, AttackedLoss.CROSS_ENTROPY));
    int still = 0;
    for (int row = 0; row < TEST.size(); row++) {
      float[] was = Arrays.copyOfRange(before, row * WIDTH, (row + 1) * WIDTH);
      still +=
          Arrays.equals(was, Arrays.copyOfRange(blind, row * WIDTH, (row + 1) * WIDTH)) ? 1 : 0;
    }
    assertThat(still).isGreaterThan(TEST.size() / 2);
    assertThat(changed(spread, new Fgsm(0.1f, new AttackedLoss.CrossEntropy(1000))))
        .isEqualTo(changed(deep, new Fgsm(0.1f, AttackedLoss.CROSS_ENTROPY)));
    assertThat(changed(spread, new Fgsm(0.1f, AttackedLoss.MARGIN)))
        .isEqualTo(changed(deep, new Fgsm(0.1f, AttackedLoss.MARGIN)));
  }

  /** The same image, however it is normalised: a share of black to white is what it is. */
  @Test
  void sizesAreSharesOfTheRangeHoweverInputsAreNormalised() {
    Normalization standard = new Normalization(List.of(60f), List.of(50f));
    ArraySamples centred = TEST.normalized(standard);
    for (Perturbation by : List.of(new GaussianNoise(0.2f), new Moved(2), new GaussianBlur(0.8f))) {
      float[] plain = changed(deep, by);
      ArraySamples other = (ArraySamples) SESSION.perturbed(deep, centred, by);
      for (int row = 0; row < TEST.size(); row++) {
        for (int i = 0; i < WIDTH; i++) {
          double pixel = other.raw(row)[i] * 50 + 60;
          assertThat(pixel).as(by.toString()).isCloseTo(255 * plain[row * WIDTH + i], within(1e-3));
        }
      }
    }
  }

  @Test
  void noiseHasTheDeviationItSays() {
    byte[] grey = new byte[40 * WIDTH];
    Arrays.fill(grey, (byte) 128);
    ArraySamples flat =
        ArraySamples.ofBytes(
            "grey", new Shape(1, 6, 6), CLASSES, grey, new int[40], Normalization.by(255));
    float[] noisy = inputs((ArraySamples) SESSION.perturbed(deep, flat, new GaussianNoise(0.1f)));
    double sum = 0;
    for (float v : noisy) {
      sum += Math.pow(v - 128 / 255.0, 2);
    }
    assertThat(Math.sqrt(sum / noisy.length)).isCloseTo(0.1, within(0.005));
    float[] blurred = inputs((ArraySamples) SESSION.perturbed(deep, flat, new GaussianBlur(1)));
    for (float v : blurred) {
      assertThat(v).isCloseTo(128 / 255f, within(1e-6f));
    }
  }

  /** A point of light in the middle spreads as the product of two normal densities. */
  @Test
  void blurSpreadsAPoint() {
    byte[] dark = new byte[32 * 15 * 15];
    dark[7 * 15 + 7] = (byte) 255;
    ArraySamples point =
        ArraySamples.ofBytes(
            "point", new Shape(1, 15, 15), CLASSES, dark, new int[32], Normalization.by(255));
    ArraySamples blurred = (ArraySamples) SESSION.perturbed(deep, point, new GaussianBlur(1.5f));
    float[] image = blurred.raw(0);
    double ratio = image[7 * 15 + 9] / image[7 * 15 + 7];
    assertThat(ratio).isCloseTo(Math.exp(-4 / (2 * 1.5 * 1.5)), within(1e-5));
    assertThat(image[5 * 15 + 8]).isCloseTo(image[8 * 15 + 5], within(1e-7f));
    double mass = 0;
    for (float v : image) {
      mass += v;
    }
    assertThat(mass).isCloseTo(1, within(1e-4));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new Fgsm(0, AttackedLoss.CROSS_ENTROPY))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "epsilon is a share of the range of the inputs, above 0 and at most 1; was 0.0");
    assertThatThrownBy(() -> Pgd.of(0.1f, 0, AttackedLoss.CROSS_ENTROPY))
        .hasMessage("steps must be from 1 to 10000, was 0");
    ArraySamples unlabelled = TEST.relabelled("unlabelled", new int[TEST.size()]);
    int[] none = new int[TEST.size()];
    Arrays.fill(none, -1);
    ArraySamples hidden = unlabelled.relabelled("hidden", none);
    assertThatThrownBy(
            () -> SESSION.perturbed(deep, hidden, new Fgsm(0.1f, AttackedLoss.CROSS_ENTROPY)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("attacks what labels say, and hidden lacks some");
    ArraySamples table =
        ArraySamples.ofFloats(
            "table", new Shape(WIDTH), CLASSES, new float[WIDTH], new int[1], Normalization.by(1));
    assertThatThrownBy(() -> SESSION.perturbed(deep, table, new GaussianNoise(0.1f)))
        .hasMessageContaining("table has no range of inputs");
  }

  /** Knowledge whose logits are multiplied by a number. */
  private static class Wrapped implements Knowledge {
    private final Knowledge of;
    private final float factor;

    Wrapped(Knowledge of, float factor) {
      this.of = of;
      this.factor = factor;
    }

    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.ofText("wrapped " + of.fingerprint() + factor);
    }

    @Override
    public NetworkSpec spec() {
      return of.spec();
    }

    @Override
    public Live open(Opening opening) {
      Live live = of.open(opening);
      return new Live() {
        @Override
        public Outputs forward(NDArray input) {
          NDArray logits = Scalars.mul(live.forward(input).logits(), factor);
          return new Outputs(List.of(TappedBlock.LOGITS), new NDList(logits, logits));
        }

        @Override
        public List<Network> networks() {
          return live.networks();
        }
      };
    }
  }
}
