package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Batch;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.schedule.Progress;

/** How the cast does on the phase's validation samples, after epochs and before them. */
final class Validator {
  private final Phase phase;
  private final Cast cast;
  private final NDManager base;
  private final Samples.@Nullable Rows rows;

  Validator(Phase phase, Cast cast, NDManager base) {
    this.phase = phase;
    this.cast = cast;
    this.base = base;
    this.rows = phase.validation().map(v -> v.open(base)).orElse(null);
  }

  /** Lets terms look at how the cast does before an epoch. */
  void begin(Progress progress) {
    for (LiveLearner learner : cast.learners) {
      for (Weighted term : learner.learner.objective().terms()) {
        Draws draws = learner.termDraws(term.name(), progress.step()).at(-1);
        term.term().begin(new Seen(progress, draws), learner.memory(term.name()));
      }
    }
  }

  /**
   * Validates a learner.
   *
   * @param values take accuracy and likelihood
   * @return its accuracy; NaN without validation samples, or where nobody trains its head
   */
  double accuracy(LiveLearner learner, SortedMap<String, Double> values) {
    if (rows == null || !learner.hasHead()) {
      return Double.NaN; // an untrained head's accuracy would say nothing
    }
    Samples samples = validation();
    Role role = learner.learner.role();
    float[] logits = onValidation(x -> learner.network.forward(Pass.evaluation(), x));
    Predictions said = new Predictions(logits, samples.classes(), samples.labels());
    double accuracy = Evaluation.accuracy(said);
    values.put(role + "/" + EpochMetrics.VALIDATION_ACCURACY, accuracy);
    values.put(role + "/" + EpochMetrics.VALIDATION_NLL, Evaluation.nll(said));
    return accuracy;
  }

  /**
   * What a learner's terms come to on the validation samples, where its head is nobody's work and
   * says nothing: in evaluation mode, means over batches of the phase's size, the objective beside.
   * Texts are read the shortest first, so that they are padded little, as in training and in {@link
   * Predictor}.
   *
   * @param values take them
   */
  void terms(LiveLearner learner, Progress progress, SortedMap<String, Double> values) {
    if (rows == null || learner.hasHead()) {
      return;
    }
    Samples samples = validation();
    List<Weighted> terms = learner.learner.objective().terms();
    double[] sums = new double[terms.size()];
    int[] order = Buckets.byLength(samples);
    int size = order.length;
    int batches = Math.max(1, size / phase.training().batchSize());
    for (int b = 0; b < batches; b++) {
      int from = (int) ((long) b * size / batches);
      int to = (int) ((long) (b + 1) * size / batches);
      try (NDManager step = base.newSubManager()) {
        Batch batch = rows.gather(step, Arrays.copyOfRange(order, from, to));
        Validated seen = new Validated(cast, learner, batch, progress);
        for (int i = 0; i < sums.length; i++) {
          NDArray value = terms.get(i).term().value(seen.by(terms.get(i).name()));
          sums[i] += value.getFloat() * (to - from) / size;
        }
      }
    }
    double objective = 0;
    for (int i = 0; i < sums.length; i++) {
      objective += terms.get(i).weight().at(progress) * sums[i];
      values.put(role(learner) + EpochMetrics.validationOf(terms.get(i).name()), sums[i]);
    }
    values.put(role(learner) + EpochMetrics.VALIDATION_LOSS, objective);
  }

  private static String role(LiveLearner learner) {
    return learner.learner.role() + "/";
  }

  /** What terms may look at before an epoch. */
  private final class Seen implements EpochView {
    private final Progress progress;
    private final Draws draws;

    Seen(Progress progress, Draws draws) {
      this.progress = progress;
      this.draws = draws;
    }

    @Override
    public Map<String, float[]> parameters(Role who) {
      return cast.network(who).weights();
    }

    @Override
    public Draws draws() {
      return draws;
    }

    @Override
    public Progress progress() {
      return progress;
    }

    @Override
    public float[] logits(Role who) {
      return onValidation(x -> cast.evaluated(who, x));
    }

    @Override
    public int[] labels() {
      return validation().labels();
    }

    @Override
    public int classes() {
      return validation().classes();
    }
  }

  private Samples validation() {
    return phase
        .validation()
        .orElseThrow(
            () ->
                new UsageException(
                    "phase '"
                        + phase.name()
                        + "': a term reads the validation samples, and there are none;"
                        + " set some aside, or choose another term"));
  }

  private float[] onValidation(Function<NDArray, Outputs> forward) {
    Samples samples = validation();
    return Predictor.logits(
        forward,
        samples,
        Objects.requireNonNull(rows),
        samples.classes(),
        base,
        Augmentation.NONE,
        new Draws(0));
  }
}
