package org.kd4j.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.stream.Collectors;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.EpochView;
import org.kd4j.core.objective.Memory;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.objective.Target;

/**
 * One soft target for a whole group of peers: softmax(z/T) of the {@link CombinedLogits}.
 * Everybody's logits are detached, those of the peer that learns from it included.
 */
sealed interface CombinedTarget extends Target {
  /** Whose logits are combined. */
  List<Role> peers();

  /** How. */
  NDArray combined(NDList logits, StepView view);

  @Override
  default NDArray logProbabilities(StepView view, float temperature) {
    NDList logits = new NDList();
    peers().forEach(peer -> logits.add(view.of(peer).logits()));
    return Scalars.div(combined(logits, view), temperature).logSoftmax(1);
  }

  @Override
  default Needs needs() {
    return Needs.taps(
            peers().stream().map(p -> new TapRef(p, TappedBlock.LOGITS)).toArray(TapRef[]::new))
        .withLabels();
  }

  private String print(String how) {
    return peers().stream().map(Role::toString).collect(Collectors.joining(", ", how + "(", ")"));
  }

  /** {@link CombinedLogits#naive}. */
  record Naive(List<Role> peers) implements CombinedTarget {
    @Override
    public NDArray combined(NDList logits, StepView view) {
      return CombinedLogits.naive(logits, view.target());
    }

    @Override
    public String toString() {
      return CombinedTarget.super.print("naive");
    }
  }

  /** {@link CombinedLogits#linear}. */
  record Linear(List<Role> peers) implements CombinedTarget {
    @Override
    public NDArray combined(NDList logits, StepView view) {
      return CombinedLogits.linear(logits, view.target());
    }

    @Override
    public String toString() {
      return CombinedTarget.super.print("linear");
    }
  }

  /** {@link CombinedLogits#minLogit}. */
  record MinLogit(List<Role> peers) implements CombinedTarget {
    @Override
    public NDArray combined(NDList logits, StepView view) {
      return CombinedLogits.minLogit(logits, view.target());
    }

    @Override
    public String toString() {
      return CombinedTarget.super.print("minLogit");
    }
  }

  /** {@link CombinedLogits#errorWeights} of the validation samples, renewed before each epoch. */
  record General(List<Role> peers) implements CombinedTarget {
    private static final String WEIGHTS = "weights";

    @Override
    public void begin(EpochView epoch, Memory memory) {
      List<float[]> logits = peers.stream().map(epoch::logits).toList();
      memory.set(WEIGHTS, CombinedLogits.errorWeights(logits, epoch.labels(), epoch.classes()));
    }

    @Override
    public NDArray combined(NDList logits, StepView view) {
      return CombinedLogits.weighted(logits, view.memory(WEIGHTS));
    }

    @Override
    public String toString() {
      return CombinedTarget.super.print("general");
    }
  }
}
