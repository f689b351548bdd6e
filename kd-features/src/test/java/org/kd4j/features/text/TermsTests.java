package org.kd4j.features.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.base.Draws;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.network.Transformer;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.schedule.Progress;
import org.kd4j.features.Compared;
import org.kd4j.features.CorrelationCongruence;
import org.kd4j.features.ProbabilisticTransfer;
import org.kd4j.features.RelationalDistillation;
import org.kd4j.features.SimilarityPreserving;
import org.kd4j.features.TapPair;

/** Terms between two encoders that read the same texts, in batches padded more or less. */
class TermsTests {
  private static final Shape TEXT = new Shape(9, 11);
  private static final TapPair STATES = new TapPair("hidden.1", "hidden.2");
  private static final TapPair SCORES = new TapPair("attention.0", "attention.1");
  private static final TapPair VALUES = new TapPair("value.0", "value.1");

  private NDManager manager;
  private Network student;
  private Network teacher;

  @BeforeEach
  void open() {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    manager = NDManager.newBaseManager();
    student = lively(1, "student");
    teacher = lively(2, "teacher");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @TestFactory
  Stream<DynamicTest> morePaddingChangesNothing() {
    return Stream.of(
            new AttentionScores(List.of(SCORES), Padding.IGNORED),
            new ProjectedStates(List.of(STATES), Padding.IGNORED),
            new AttentionShares(SCORES),
            new ValueRelations(VALUES),
            new PatientStates(List.of(STATES)),
            new StateDirections(STATES),
            new Prediction(2))
        .map(
            term ->
                dynamicTest(
                    term.toString(),
                    () -> {
                      float tight = value(term, student, 5);
                      assertThat(tight).isGreaterThan(1e-3f);
                      assertThat(value(term, student, 9)).isCloseTo(tight, within(1e-5f * tight));
                    }));
  }

  /** Relations between samples are of another scale: differences of what is near 1. */
  @TestFactory
  Stream<DynamicTest> morePaddingChangesNoRelationBetweenSamples() {
    return Stream.of(
            new Compared(new SimilarityPreserving.Similarities(), List.of(STATES)),
            new Compared(new SimilarityPreserving.Similarities(), List.of(SCORES)),
            new Compared(new SimilarityPreserving.Similarities(), List.of(VALUES)),
            new Compared(new ProbabilisticTransfer.Neighbours(), List.of(STATES)),
            new Compared(new RelationalDistillation.Distance(), List.of(STATES)),
            new Compared(new RelationalDistillation.Angle(), List.of(STATES)),
            new Compared(new CorrelationCongruence.Correlation(0.4f, 2), List.of(STATES)))
        .map(
            term ->
                dynamicTest(
                    term.toString(),
                    () -> {
                      float tight = value(term, student, 5);
                      assertThat(tight).isGreaterThan(1e-4f);
                      assertThat(value(term, student, 9)).isCloseTo(tight, within(1e-4f * tight));
                    }));
  }

  /** The published convention, which says so. */
  @Test
  void whatCountsPaddingIsChangedByIt() {
    for (LossTerm term :
        List.of(
            new AttentionScores(List.of(SCORES), Padding.COUNTED),
            new ProjectedStates(List.of(STATES), Padding.COUNTED))) {
      float tight = value(term, student, 5);
      assertThat(Math.abs(value(term, student, 9) - tight))
          .as("%s", term)
          .isGreaterThan(0.01f * tight);
    }
  }

  /** A network compared with itself, its states through no projection. */
  @TestFactory
  Stream<DynamicTest> aNetworkLosesNothingAgainstItself() {
    TapPair states = new TapPair("hidden.2", "hidden.2");
    TapPair scores = new TapPair("attention.1", "attention.1");
    return Stream.of(
            new AttentionScores(List.of(scores), Padding.COUNTED),
            new AttentionScores(List.of(scores), Padding.IGNORED),
            new ProjectedStates(List.of(states), Padding.COUNTED),
            new ProjectedStates(List.of(states), Padding.IGNORED),
            new AttentionShares(scores),
            new ValueRelations(new TapPair("value.1", "value.1")),
            new PatientStates(List.of(states)),
            new StateDirections(states))
        .map(
            term ->
                dynamicTest(
                    term.toString(),
                    () -> assertThat(value(term, teacher, 7)).isCloseTo(0, within(1e-6f))));
  }

  @Test
  void pairsAreAddedUp() {
    TapPair first = new TapPair("hidden.0", "hidden.0");
    float both = value(new PatientStates(List.of(first, STATES)), student, 5);
    float one = value(new PatientStates(List.of(first)), student, 5);
    float other = value(new PatientStates(List.of(STATES)), student, 5);
    assertThat(both).isCloseTo(one + other, within(1e-5f));
  }

  private float value(LossTerm term, Network own, int length) {
    NDArray text = text(length);
    Outputs mine = own.forward(Pass.evaluation(), text);
    Outputs theirs = teacher.forward(Pass.evaluation(), text);
    return term.value(new Seen(mine, theirs, text)).getFloat();
  }

  /** Three texts of 5, 4 and 3 tokens; what stands in their padding differs from batch to batch. */
  private NDArray text(int length) {
    long[] values = new long[3 * 3 * length];
    for (int row = 0; row < 3; row++) {
      for (int at = 0; at < length; at++) {
        boolean token = at < 5 - row;
        values[row * 3 * length + at] = token ? 1 + (row * 4 + at * 3) % 10 : length;
        values[(row * 3 + 1) * length + at] = token ? 1 : 0;
      }
    }
    return manager.create(values, new Shape(3, 3, length));
  }

  /** Weights of a size at which softmax and GELU bend. */
  private Network lively(int layers, String who) {
    NetworkSpec spec = NetworkSpec.of(new Transformer(layers, 8, 2, 12, 0, 0), TEXT, 3);
    Network network = Network.fresh(spec, manager, 1, who);
    SortedMap<String, float[]> weights = new TreeMap<>();
    network
        .weights()
        .forEach(
            (path, values) -> {
              Draws draws = Draws.of(3, who, path);
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) draws.uniform(i, -0.6, 0.6) + (path.endsWith("gamma") ? 1 : 0);
              }
              weights.put(path, values);
            });
    network.load(weights);
    return network;
  }

  /** A step of a student and a teacher; adapters leave what goes in as it is. */
  private record Seen(Outputs own, Outputs teacher, NDArray input) implements StepView {
    @Override
    public Outputs of(Role role) {
      assertThat(role).isEqualTo(Role.TEACHER);
      return teacher;
    }

    @Override
    public NDArray adapter(String name, NDArray x) {
      return x;
    }

    @Override
    public NDArray target() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int[] rows() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray memory(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Draws draws() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Progress progress() {
      throw new UnsupportedOperationException();
    }
  }
}
