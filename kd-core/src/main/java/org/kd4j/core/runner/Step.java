package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Batch;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.schedule.Progress;

/** One step of a phase: the batch, what the learners put out, what the guides say when asked. */
final class Step {
  private final NDManager manager;
  private final Batch batch;
  private final Progress progress;
  private final Map<Role, LiveGuide> guides;
  private final int replica;
  private final Map<Role, Outputs> live = new TreeMap<>();
  private final Map<Role, Outputs> detached = new TreeMap<>();
  private @Nullable NDArray index;

  Step(
      NDManager manager, Batch batch, Progress progress, Map<Role, LiveGuide> guides, int replica) {
    this.manager = manager;
    this.batch = batch;
    this.progress = progress;
    this.guides = guides;
    this.replica = replica;
  }

  void forward(LiveLearner learner) {
    live.put(learner.learner.role(), learner.forward(manager, batch.input(), progress.step()));
  }

  private Outputs of(Role role) {
    return detached.computeIfAbsent(
        role,
        r -> {
          Outputs own = live.get(r);
          if (own != null) {
            return own.detached();
          }
          LiveGuide guide = guides.get(r);
          UsageException.require(
              guide != null,
              "a term asks for %s; the cast is %s and %s",
              r,
              live.keySet(),
              guides.keySet());
          return guide.outputs(manager, batch, guide.reads() ? rowIndex() : null, replica);
        });
  }

  private NDArray rowIndex() {
    NDArray known = index;
    if (known == null) {
      long[] rows = new long[batch.rows().length];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = batch.rows()[i];
      }
      known = manager.create(rows);
      index = known;
    }
    return known;
  }

  /** The step as a term of a learner sees it. */
  StepView view(LiveLearner learner, String term) {
    return new StepView() {
      @Override
      public Outputs own() {
        return live.get(learner.learner.role());
      }

      @Override
      public Outputs of(Role role) {
        return Step.this.of(role);
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
        return learner.adapter(term + "/" + name, x, progress.step());
      }

      @Override
      public Draws draws() {
        return learner.termDraws(term, progress.step());
      }

      @Override
      public Progress progress() {
        return progress;
      }
    };
  }
}
