package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.TreeMap;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.Batch;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.schedule.Progress;

/** A batch of validation samples as a learner's terms see it: all in evaluation mode, no graph. */
final class Validated {
  private final Cast cast;
  private final LiveLearner learner;
  private final Batch batch;
  private final Progress progress;
  private final Map<Role, Outputs> outputs = new TreeMap<>();

  Validated(Cast cast, LiveLearner learner, Batch batch, Progress progress) {
    this.cast = cast;
    this.learner = learner;
    this.batch = batch;
    this.progress = progress;
  }

  /** What a term sees. */
  StepView by(String term) {
    return new StepView() {
      @Override
      public Outputs own() {
        return of(learner.learner.role());
      }

      @Override
      public Outputs of(Role role) {
        return outputs.computeIfAbsent(role, r -> cast.evaluated(r, batch.input()));
      }

      @Override
      public NDArray input() {
        return batch.input();
      }

      @Override
      public NDArray target() {
        return batch.target();
      }

      @Override
      public int[] rows() {
        return batch.rows();
      }

      @Override
      public NDArray adapter(String name, NDArray x) {
        return learner
            .adapters
            .get(term + "/" + name)
            .network
            .forward(Pass.evaluation(), x)
            .logits();
      }

      @Override
      public NDArray memory(String name) {
        return learner.memory(term).seen(name, batch.input().getManager());
      }

      @Override
      public void remember(String name, int[] rows, NDArray values) {
        // nothing is learnt from validation samples
      }

      @Override
      public Draws draws() {
        return learner.termDraws(term, progress.step()).at(-2);
      }

      @Override
      public Progress progress() {
        return progress;
      }
    };
  }
}
