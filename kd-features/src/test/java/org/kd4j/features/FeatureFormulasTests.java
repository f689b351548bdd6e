package org.kd4j.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.base.Draws;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.testkit.Gradients;
import org.kd4j.core.testkit.ReferenceLosses;
import org.kd4j.core.wiring.Distillation;

/** Every formula against values computed elsewhere, differences, and what must be 0. */
class FeatureFormulasTests {
  private static final Shape MAPS = new Shape(3, 2, 4, 4);
  private static final Shape EMBEDDINGS = new Shape(3, 4);

  @TestFactory
  Stream<DynamicTest> agreesWithThePublishedImplementation() {
    Distillation core = Distillation.of(new FeaturesModule());
    return Stream.of(
            "activation_boundaries",
            "attention_transfer",
            "attention_transfer_resized",
            "correlation_congruence",
            "factor_transfer",
            "fsp",
            "hidden_cosine",
            "hidden_mse_masked",
            "hint_mse",
            "neuron_selectivity",
            "pkd",
            "pkt",
            "review_hcl",
            "rkd",
            "similarity_preserving",
            "tinybert_attention_mse",
            "tinybert_attention_mse_masked",
            "tinybert_hidden_mse",
            "tinybert_prediction",
            "vid")
        .map(
            name ->
                dynamicTest(
                    name, () -> ReferenceLosses.check(core.formula(name), getClass(), name, 1e-5)));
  }

  /** f_s = sin(b+2c+3h+5w), f_t = cos(2b+c+h−w); embeddings sin(3b+d+1), cos(b+2d). */
  @TestFactory
  Stream<DynamicTest> agreesWithValuesComputedInDoublePrecision() {
    Map<String, Double> maps = new LinkedHashMap<>();
    maps.put("hint", 1.109734);
    maps.put("attention, code", .012941);
    maps.put("attention, paper", .452552);
    maps.put("similarity preserving", .258353);
    maps.put("neuron selectivity", 1.187309);
    maps.put("factor", .217353);
    maps.put("activation boundaries", 52.118573);
    maps.put("margin rectified", 29.027837);
    maps.put("hierarchical context", .725682);
    maps.put("variational information", .915692);
    Map<String, Double> embeddings = new LinkedHashMap<>();
    embeddings.put("probabilistic transfer", .615173);
    embeddings.put("relational distance", .243810);
    embeddings.put("relational angle", .133801);
    embeddings.put("correlation congruence", .172773);
    embeddings.put("patient", 1.951656);
    return Stream.concat(
        maps.entrySet().stream().map(e -> golden(e.getKey(), e.getValue(), true)),
        embeddings.entrySet().stream().map(e -> golden(e.getKey(), e.getValue(), false)));
  }

  private static DynamicTest golden(String name, double expected, boolean ofMaps) {
    return dynamicTest(
        name,
        () -> {
          BinaryOperator<NDArray> formula = formulas().get(name);
          double value =
              ofMaps
                  ? Gradients.of(studentMaps(), MAPS, s -> formula.apply(s, teacherMaps(s))).value()
                  : Gradients.of(
                          studentEmbeddings(),
                          EMBEDDINGS,
                          s -> formula.apply(s, teacherEmbeddings(s)))
                      .value();
          assertThat(value).isCloseTo(expected, within(1e-5 * Math.max(1, expected)));
        });
  }

  @TestFactory
  Stream<DynamicTest> gradientsAgreeWithDifferences() {
    Shape shape = new Shape(4, 3, 4, 4);
    float[] student = drawn("student", shape);
    return formulas().entrySet().stream()
        .map(
            e ->
                dynamicTest(
                    e.getKey(),
                    () -> {
                      Function<NDArray, NDArray> f =
                          s -> e.getValue().apply(s, like(s, "teacher", shape));
                      float[] gradient = Gradients.of(student, shape, f).gradient();
                      assertThat(Gradients.norm(gradient)).isPositive();
                      assertThat(
                              Gradients.relativeError(
                                  gradient, Gradients.differences(student, shape, f)))
                          .isLessThan(1e-2);
                    }));
  }

  /** The student that is its teacher loses nothing and is not moved, however often 0/0 lurks. */
  @TestFactory
  Stream<DynamicTest> aStudentLikeItsTeacherLosesNothing() {
    Shape shape = new Shape(4, 3, 4, 4);
    float[] student = drawn("student", shape);
    return formulas().entrySet().stream()
        .filter(e -> !e.getKey().equals("activation boundaries")) // its margin asks for more
        .filter(e -> !e.getKey().equals("margin rectified")) // below the margin it pulls up
        .filter(e -> !e.getKey().equals("variational information")) // ½ log v is left
        .map(
            e ->
                dynamicTest(
                    e.getKey(),
                    () -> {
                      Gradients.Evaluated same =
                          Gradients.of(
                              student, shape, s -> e.getValue().apply(s, s.stopGradient()));
                      assertThat(same.value()).isCloseTo(0, within(1e-6f));
                      assertThat(Gradients.norm(same.gradient())).isLessThan(1e-5);
                    }));
  }

  /** Dead maps and samples that are all alike: values and gradients are numbers. */
  @TestFactory
  Stream<DynamicTest> nothingAtAllStaysFinite() {
    Shape shape = new Shape(4, 3, 4, 4);
    return formulas().entrySet().stream()
        .map(
            e ->
                dynamicTest(
                    e.getKey(),
                    () -> {
                      Gradients.Evaluated dead =
                          Gradients.of(
                              new float[(int) shape.size()],
                              shape,
                              s -> e.getValue().apply(s, like(s, "teacher", shape)));
                      assertThat(dead.value()).isFinite();
                      for (float g : dead.gradient()) {
                        assertThat(g).isFinite();
                      }
                    }));
  }

  /**
   * Where both say the same about a boundary by the margin, nothing is left; the margin asks it.
   */
  @Test
  void boundariesAreKeptByTheMargin() {
    Shape two = new Shape(1, 2);
    Function<NDArray, NDArray> f =
        s ->
            MapFormulas.activationBoundaries(
                s, s.getManager().create(new float[] {5, -0.1f}, two), 1);
    assertThat(Gradients.of(new float[] {1.5f, -1.5f}, two, f).value()).isZero();
    assertThat(Gradients.of(new float[] {0.5f, -0.5f}, two, f).value()).isEqualTo(0.5f);
  }

  /** Below the margin rectifier's zero the student may be as low as it likes. */
  @Test
  void whatTheTeacherRectifiesTheStudentMayTooAndNoMore() {
    Shape two = new Shape(1, 2, 1, 1);
    Function<NDArray, NDArray> f =
        s ->
            MapFormulas.marginRectified(
                s, s.getManager().create(new float[] {-3, 2}, two), s.getManager().create(-0.5f));
    assertThat(Gradients.of(new float[] {-9, 2}, two, f).value()).isZero();
    assertThat(Gradients.of(new float[] {0.5f, 1}, two, f).value()).isEqualTo(2);
  }

  @Test
  void theVarianceLearns() {
    Shape rho = new Shape(2);
    Function<NDArray, NDArray> f =
        r ->
            MapFormulas.variationalInformation(
                r.getManager().create(studentMaps(), MAPS), teacherMaps(r), r);
    float[] at = {4, -2};
    float[] gradient = Gradients.of(at, rho, f).gradient();
    assertThat(Gradients.norm(gradient)).isGreaterThan(1e-2);
    assertThat(Gradients.relativeError(gradient, Gradients.differences(at, rho, f)))
        .isLessThan(2e-3);
    assertThat(Gradients.of(new float[] {1000, -1000}, rho, f).value()).isFinite();
  }

  /** The larger map is pooled, whichever it is, whether the sizes divide or not. */
  @Test
  void poolingAveragesWindowsThatCoverEverything() {
    Shape five = new Shape(1, 1, 5, 5);
    float[] ramp = new float[25];
    for (int i = 0; i < 25; i++) {
      ramp[i] = i % 5;
    }
    float[] pooled =
        Gradients.of(ramp, five, x -> Maps.pooled(x, 2, 2).get(":,:,0,1").sum()).gradient();
    // the right cell of two covers columns 2 to 4, the upper one rows 0 to 2
    for (int i = 0; i < 25; i++) {
      boolean covered = i % 5 >= 2 && i / 5 <= 2;
      assertThat(pooled[i]).isCloseTo(covered ? 1f / 9 : 0, within(1e-6f));
    }
    assertThat(Gradients.of(ramp, five, x -> Maps.pooled(x, 2, 2).get(":,:,0,1").sum()).value())
        .isCloseTo(3, within(1e-6f));
  }

  @Test
  void enlargingRepeatsTheNearestCells() {
    Shape two = new Shape(1, 1, 2, 2);
    float[] x = {1, 2, 3, 4};
    float[] copies =
        Gradients.of(x, two, s -> Maps.resized(s, 3, 4).sum()).gradient(); // ⌊i·2/3⌋ = 0, 0, 1
    assertThat(copies).containsExactly(4, 4, 2, 2);
    assertThat(Gradients.of(x, two, s -> Maps.resized(s, 3, 4).get(":,:,2,1").sum()).value())
        .isEqualTo(3);
  }

  /** Relations do not see how many features there are, nor their scale. */
  @Test
  void relationsCompareFeaturesOfAnySize() {
    Shape narrow = new Shape(4, 5);
    float[] student = drawn("student", narrow);
    for (BinaryOperator<NDArray> f :
        Arrays.<BinaryOperator<NDArray>>asList(
            RelationFormulas::similarityPreserving,
            RelationFormulas::probabilisticTransfer,
            RelationFormulas::relationalDistance,
            RelationFormulas::relationalAngle)) {
      Function<NDArray, NDArray> wide = s -> f.apply(s, like(s, "teacher", new Shape(4, 9)));
      double value = Gradients.of(student, narrow, wide).value();
      double scaled = Gradients.of(student, narrow, s -> wide.apply(Scalars.mul(s, 7))).value();
      assertThat(value).isPositive();
      assertThat(scaled).isCloseTo(value, within(1e-5));
    }
  }

  private static Map<String, BinaryOperator<NDArray>> formulas() {
    Map<String, BinaryOperator<NDArray>> all = new LinkedHashMap<>();
    all.put("hint", MapFormulas::hint);
    all.put("attention, code", (s, t) -> MapFormulas.attentionOfCode(s, t, 2));
    all.put("attention, paper", (s, t) -> MapFormulas.attentionOfPaper(s, t, 2));
    all.put("attention, third power", (s, t) -> MapFormulas.attentionOfPaper(s, t, 3));
    all.put("similarity preserving", RelationFormulas::similarityPreserving);
    all.put("neuron selectivity", MapFormulas::neuronSelectivity);
    all.put("factor", MapFormulas::factor);
    all.put("factor by attention", MapFormulas::factorByAttention);
    all.put("activation boundaries", (s, t) -> MapFormulas.activationBoundaries(s, t, 1));
    all.put(
        "margin rectified",
        (s, t) -> MapFormulas.marginRectified(s, t, s.getManager().create(-0.5f)));
    all.put("hierarchical context", MapFormulas::hierarchicalContext);
    all.put("variational information", FeatureFormulasTests::withVarianceFive);
    all.put("probabilistic transfer", RelationFormulas::probabilisticTransfer);
    all.put("relational distance", RelationFormulas::relationalDistance);
    all.put("relational angle", RelationFormulas::relationalAngle);
    all.put(
        "correlation congruence", (s, t) -> RelationFormulas.correlationCongruence(s, t, 0.4f, 2));
    all.put("flow", FeatureFormulasTests::flow);
    all.put(
        "patient",
        (s, t) -> SequenceFormulas.patient(Maps.flat(s).expandDims(1), Maps.flat(t).expandDims(1)));
    all.put(
        "hidden cosine",
        (s, t) ->
            SequenceFormulas.hiddenCosine(Maps.flat(s).expandDims(1), Maps.flat(t).expandDims(1)));
    return all;
  }

  private static NDArray flow(NDArray s, NDArray t) {
    return MapFormulas.flowDifference(
        MapFormulas.flow(s.get(":,0:2"), s.get(":,2:")),
        MapFormulas.flow(t.get(":,0:2"), t.get(":,2:")));
  }

  private static NDArray withVarianceFive(NDArray s, NDArray t) {
    float rho = (float) Math.log(Math.exp(5 - 1e-5) - 1);
    NDArray perChannel = s.getManager().full(new Shape(s.getShape().get(1)), rho);
    return MapFormulas.variationalInformation(s, t, perChannel);
  }

  private static float[] studentMaps() {
    return maps((b, c, h, w) -> Math.sin(b + 2 * c + 3 * h + 5 * w));
  }

  private static NDArray teacherMaps(NDArray like) {
    return like.getManager().create(maps((b, c, h, w) -> Math.cos(2 * b + c + h - w)), MAPS);
  }

  private interface At {
    double of(int b, int c, int h, int w);
  }

  private static float[] maps(At at) {
    float[] values = new float[(int) MAPS.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) at.of(i / 32, i / 16 % 2, i / 4 % 4, i % 4);
    }
    return values;
  }

  private static float[] studentEmbeddings() {
    float[] values = new float[12];
    for (int i = 0; i < 12; i++) {
      values[i] = (float) Math.sin(3 * (i / 4) + i % 4 + 1);
    }
    return values;
  }

  private static NDArray teacherEmbeddings(NDArray like) {
    float[] values = new float[12];
    for (int i = 0; i < 12; i++) {
      values[i] = (float) Math.cos(i / 4 + 2 * (i % 4));
    }
    return like.getManager().create(values, EMBEDDINGS);
  }

  private static NDArray like(NDArray s, String who, Shape shape) {
    return s.getManager().create(drawn(who, shape), shape);
  }

  private static float[] drawn(String who, Shape shape) {
    Draws draws = Draws.of(1, who);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) draws.gaussian(i);
    }
    return values;
  }
}
