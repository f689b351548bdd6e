package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Batch;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.schedule.Progress;

/** One step of a phase: the batch, what the learners put out, what the guides say when asked. */
final class Step {
  private final NDManager manager;
  private final Batch batch;
  private final Map<Role, Batch> own;
  private final Progress progress;
  private final Map<Role, LiveGuide> guides;
  private final Map<Role, LiveShadow> shadows;
  private final int replica;
  private final Map<Role, Outputs> live = new TreeMap<>();
  private final Map<Role, Outputs> detached = new TreeMap<>();
  private final List<Runnable> writes = new ArrayList<>();
  private @Nullable NDArray index;

  /**
   * @param batch what everybody is shown
   * @param own what learners are shown who have an augmentation of their own
   */
  Step(
      NDManager manager,
      Batch batch,
      Map<Role, Batch> own,
      Progress progress,
      Cast cast,
      int replica) {
    this.manager = manager;
    this.batch = batch;
    this.own = own;
    this.progress = progress;
    this.guides = cast.guides;
    this.shadows = cast.shadows;
    this.replica = replica;
  }

  void forward(LiveLearner learner) {
    Role role = learner.learner.role();
    live.put(role, learner.forward(manager, shown(role).input(), progress.step()));
  }

  /** Forwards somebody who was updated once more, for those after it. */
  void observe(LiveLearner learner) {
    Role role = learner.learner.role();
    detached.put(
        role, Autograd.paused(() -> learner.observe(shown(role).input(), progress.step())));
  }

  private Batch shown(Role role) {
    return own.getOrDefault(role, batch);
  }

  private Outputs of(Role role) {
    return detached.computeIfAbsent(
        role,
        r -> {
          Outputs own = live.get(r);
          if (own != null) {
            return own.detached();
          }
          LiveShadow shadow = shadows.get(r);
          if (shadow != null) {
            return Autograd.paused(
                () -> shadow.network().forward(Pass.evaluation(), batch.input()));
          }
          LiveGuide guide = guides.get(r);
          UsageException.require(
              guide != null,
              "a term asks for %s; the cast is %s, %s and %s",
              r,
              live.keySet(),
              guides.keySet(),
              shadows.keySet());
          return guide.outputs(manager, batch, guide.reads() ? rowIndex() : null, replica);
        });
  }

  /** Writes down what terms asked to be remembered. */
  void end() {
    writes.forEach(Runnable::run);
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
        return shown(learner.learner.role()).input();
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
      public NDArray memory(String name) {
        return learner.memory(term).seen(name, manager);
      }

      @Override
      public void remember(String name, int[] rows, NDArray values) {
        NDArray cut = values.stopGradient();
        writes.add(() -> learner.memory(term).write(name, rows, cut));
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
