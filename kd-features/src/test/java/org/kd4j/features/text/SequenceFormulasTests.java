package org.kd4j.features.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.base.Draws;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.features.SequenceFormulas;

/** Formulas with a mask: two texts, the second shorter, in batches of any length. */
class SequenceFormulasTests {
  private static final int HEADS = 2;
  private static final int WIDTH = 3;
  private static final int[] TOKENS = {4, 3};

  private interface Masked {
    NDArray of(NDArray student, NDArray teacher, NDArray mask);
  }

  /** Padding as it should be: not looked at. The value is an independent computation in doubles. */
  private record Case(String name, boolean scores, Masked formula, Reference expected) {
    Shape shape(int length) {
      return scores ? new Shape(2, HEADS, length, length) : new Shape(2, length, WIDTH);
    }

    double value(int length) {
      return Gradients.of(drawn("student", length), shape(length), at(length)).value();
    }

    Function<NDArray, NDArray> at(int length) {
      return s -> formula.of(s, like(s, "teacher", length), mask(s, length));
    }

    NDArray like(NDArray s, String who, int length) {
      return s.getManager().create(drawn(who, length), shape(length));
    }

    /** What is drawn for an entry hangs on where it is, not on how long the batch is. */
    float[] drawn(String who, int length) {
      float[] values = new float[(int) shape(length).size()];
      int inner = scores ? length : WIDTH;
      for (int i = 0; i < values.length; i++) {
        int column = i % inner;
        int row = i / inner % length;
        int head = scores ? i / inner / length % HEADS : 0;
        int text = i / inner / length / (scores ? HEADS : 1);
        values[i] = entry(who, text, head, row, column);
      }
      return values;
    }
  }

  private static float entry(String who, int text, int head, int row, int column) {
    return (float) Draws.of(5, who, text, head, row).gaussian(column);
  }

  private interface Reference {
    double value();
  }

  private static NDArray mask(NDArray like, int length) {
    float[] mask = new float[2 * length];
    for (int text = 0; text < 2; text++) {
      for (int i = 0; i < TOKENS[text]; i++) {
        mask[text * length + i] = 1;
      }
    }
    return like.getManager().create(mask, new Shape(2, length));
  }

  private static List<Case> cases() {
    return List.of(
        new Case(
            "attention shares",
            true,
            SequenceFormulas::attentionDivergence,
            SequenceFormulasTests::divergence),
        new Case(
            "attention scores",
            true,
            SequenceFormulas::attentionScoresMse,
            SequenceFormulasTests::scores),
        new Case(
            "hidden states", false, SequenceFormulas::hiddenMse, SequenceFormulasTests::states),
        new Case(
            "directions", false, SequenceFormulas::hiddenCosine, SequenceFormulasTests::cosine),
        new Case(
            "first tokens",
            false,
            (s, t, mask) -> SequenceFormulas.patient(s, t),
            SequenceFormulasTests::patient));
  }

  @TestFactory
  Stream<DynamicTest> isWhatItsDefinitionComesTo() {
    return cases().stream()
        .map(
            c ->
                dynamicTest(
                    c.name,
                    () -> assertThat(c.value(4)).isCloseTo(c.expected.value(), within(1e-5))));
  }

  @TestFactory
  Stream<DynamicTest> morePaddingChangesNothingWhateverStandsInIt() {
    return cases().stream()
        .map(
            c ->
                dynamicTest(
                    c.name,
                    () -> {
                      assertThat(c.value(7)).isCloseTo(c.value(4), within(1e-6));
                      float[] gradient =
                          Gradients.of(c.drawn("student", 7), c.shape(7), c.at(7)).gradient();
                      int row = c.scores ? 7 : WIDTH;
                      int padded = c.scores ? ((HEADS + 1) * 7 + 3) * 7 : (7 + 3) * WIDTH;
                      for (int i = 0; i < row; i++) {
                        assertThat(gradient[padded + i]).isZero(); // the second text's 4th token
                      }
                      assertThat(Gradients.norm(gradient)).isPositive();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> gradientsAgreeWithDifferences() {
    return cases().stream()
        .map(
            c ->
                dynamicTest(
                    c.name,
                    () -> {
                      float[] x = c.drawn("student", 5);
                      assertThat(
                              Gradients.relativeError(
                                  Gradients.of(x, c.shape(5), c.at(5)).gradient(),
                                  Gradients.differences(x, c.shape(5), c.at(5))))
                          .isLessThan(5e-3);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> aStudentLikeItsTeacherLosesNothing() {
    return cases().stream()
        .map(
            c ->
                dynamicTest(
                    c.name,
                    () -> {
                      Gradients.Evaluated same =
                          Gradients.of(
                              c.drawn("student", 6),
                              c.shape(6),
                              s -> c.formula.of(s, s.stopGradient(), mask(s, 6)));
                      assertThat(same.value()).isCloseTo(0, within(1e-6f));
                      assertThat(Gradients.norm(same.gradient())).isLessThan(1e-5);
                    }));
  }

  /** As published: padded keys count as 0 on both sides, padded queries as any, all in the mean. */
  @Test
  void countedPaddingIsInTheMeanAndItsKeysAreNoughts() {
    Case scores = cases().get(1);
    for (int length : new int[] {4, 7}) {
      double sum = 0;
      for (int text = 0; text < 2; text++) {
        for (int head = 0; head < HEADS; head++) {
          for (int query = 0; query < length; query++) {
            for (int key = 0; key < TOKENS[text]; key++) {
              sum += squared(text, head, query, key);
            }
          }
        }
      }
      Function<NDArray, NDArray> counted =
          s ->
              SequenceFormulas.attentionScoresMse(
                  SequenceFormulas.masked(s, mask(s, length)),
                  SequenceFormulas.masked(scores.like(s, "teacher", length), mask(s, length)));
      assertThat(
              Gradients.of(scores.drawn("student", length), scores.shape(length), counted).value())
          .isCloseTo((float) (sum / (2 * HEADS * length * length)), within(1e-5f));
    }
  }

  @Test
  void withoutPaddingBothConventionsAreOne() {
    Case scores = cases().get(1);
    Function<NDArray, NDArray> whole = s -> s.getManager().ones(new Shape(2, 4));
    float[] x = scores.drawn("student", 4);
    Function<NDArray, NDArray> ignored =
        s -> SequenceFormulas.attentionScoresMse(s, scores.like(s, "teacher", 4), whole.apply(s));
    Function<NDArray, NDArray> counted =
        s -> SequenceFormulas.attentionScoresMse(s, scores.like(s, "teacher", 4));
    assertThat(Gradients.of(x, scores.shape(4), ignored).value())
        .isCloseTo(Gradients.of(x, scores.shape(4), counted).value(), within(1e-6f));
    Case states = cases().get(2);
    float[] h = states.drawn("student", 4);
    assertThat(
            Gradients.of(
                    h,
                    states.shape(4),
                    s ->
                        SequenceFormulas.hiddenCosine(
                            s, states.like(s, "teacher", 4), whole.apply(s)))
                .value())
        .isCloseTo(
            Gradients.of(
                    h,
                    states.shape(4),
                    s -> SequenceFormulas.hiddenCosine(s, states.like(s, "teacher", 4)))
                .value(),
            within(1e-6f));
  }

  /** Values of one head, [1, 2] and [3, −1]: products 5, 1, 1, 10, over √2. */
  @Test
  void relationsOfValuesAreTheirScaledProducts() {
    Shape shape = new Shape(1, 1, 2, 2);
    float[] values = {1, 2, 3, -1};
    float[] expected = {5, 1, 1, 10};
    for (int i = 0; i < 4; i++) {
      int entry = i;
      assertThat(
              Gradients.of(
                      values,
                      shape,
                      v -> SequenceFormulas.valueRelations(v).reshape(4).get("" + entry).sum())
                  .value())
          .isCloseTo((float) (expected[i] / Math.sqrt(2)), within(1e-6f));
    }
    float[] lively = {0.3f, -1, 2, 0.5f, 1, -0.2f, 0.7f, 1.1f, -0.4f, 0.9f, -1.3f, 0.1f};
    Shape two = new Shape(1, 2, 3, 2);
    Function<NDArray, NDArray> f =
        v ->
            SequenceFormulas.attentionDivergence(
                SequenceFormulas.valueRelations(v),
                v.getManager()
                    .create(
                        new float[] {1, 0, 2, 0, 3, 1, 1, 1, 0, 2, 1, 0, 0, 1, 0, 2, 1, 0},
                        new Shape(1, 2, 3, 3)),
                v.getManager().ones(new Shape(1, 3)));
    assertThat(
            Gradients.relativeError(
                Gradients.of(lively, two, f).gradient(), Gradients.differences(lively, two, f)))
        .isLessThan(5e-3);
  }

  // The definitions, in double precision.

  private static double divergence() {
    double mean = 0;
    for (int text = 0; text < 2; text++) {
      double sum = 0;
      for (int head = 0; head < HEADS; head++) {
        for (int query = 0; query < TOKENS[text]; query++) {
          double[] p = softmax("teacher", text, head, query);
          double[] q = softmax("student", text, head, query);
          for (int key = 0; key < p.length; key++) {
            sum += p[key] * Math.log(p[key] / q[key]);
          }
        }
      }
      mean += sum / HEADS / TOKENS[text] / 2;
    }
    return mean;
  }

  private static double[] softmax(String who, int text, int head, int query) {
    double[] p = new double[TOKENS[text]];
    double sum = 0;
    for (int key = 0; key < p.length; key++) {
      p[key] = Math.exp(entry(who, text, head, query, key));
      sum += p[key];
    }
    for (int key = 0; key < p.length; key++) {
      p[key] /= sum;
    }
    return p;
  }

  private static double squared(int text, int head, int row, int column) {
    double difference =
        (double) entry("student", text, head, row, column)
            - entry("teacher", text, head, row, column);
    return difference * difference;
  }

  private static double scores() {
    double sum = 0;
    int count = 0;
    for (int text = 0; text < 2; text++) {
      for (int head = 0; head < HEADS; head++) {
        for (int query = 0; query < TOKENS[text]; query++) {
          for (int key = 0; key < TOKENS[text]; key++) {
            sum += squared(text, head, query, key);
            count++;
          }
        }
      }
    }
    return sum / count;
  }

  private static double states() {
    double sum = 0;
    for (int text = 0; text < 2; text++) {
      for (int token = 0; token < TOKENS[text]; token++) {
        for (int unit = 0; unit < WIDTH; unit++) {
          sum += squared(text, 0, token, unit);
        }
      }
    }
    return sum / (TOKENS[0] + TOKENS[1]) / WIDTH;
  }

  private static double cosine() {
    double sum = 0;
    for (int text = 0; text < 2; text++) {
      for (int token = 0; token < TOKENS[text]; token++) {
        sum += 1 - cosine(text, token);
      }
    }
    return sum / (TOKENS[0] + TOKENS[1]);
  }

  /** Of vectors of length 1 the squared distance is twice 1 − cos. */
  private static double patient() {
    return (2 * (1 - cosine(0, 0)) + 2 * (1 - cosine(1, 0))) / 2;
  }

  private static double cosine(int text, int token) {
    double product = 0;
    double student = 0;
    double teacher = 0;
    for (int unit = 0; unit < WIDTH; unit++) {
      double s = entry("student", text, 0, token, unit);
      double t = entry("teacher", text, 0, token, unit);
      product += s * t;
      student += s * s;
      teacher += t * t;
    }
    return product / Math.sqrt(student * teacher);
  }
}
