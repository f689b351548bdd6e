package org.example.hellinger;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.StepView;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

public record HellingerDistillation(Options options) implements DistillationStrategy {
  public record Options(float weight) {
    public Options {
      UsageException.require(weight > 0, "weight must be above 0, was %s", weight);
    }
  }

  public record Hellinger(Role from) implements LossTerm {
    @Override
    public NDArray value(StepView view) {
      NDArray logP = view.of(from).logits().logSoftmax(1);
      NDArray logQ = view.own().logits().logSoftmax(1);
      NDArray affinity = Scalars.div(logP.add(logQ), 2).exp().sum(new int[] {1}).mean();
      return Scalars.mul(affinity.neg().add(1), SCALE);
    }

    private static final float SCALE = 1;

    @Override
    public Needs needs() {
      return Needs.taps(new TapRef(from, TappedBlock.LOGITS));
    }
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    Objective both =
        Objective.hard(1).and("hellinger", options.weight(), new Hellinger(Role.TEACHER));
    Guide teacher = new Guide(Role.TEACHER, session.teacher());
    var phase = task.phase("student", task.freshStudent(), both, teacher);
    return DistillationResult.of(session.run(phase).network(Role.STUDENT));
  }

  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(2);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new HellingerDistillation(options);
    }

    @Override
    public Description description() {
      return new Description(
          "labels and the squared Hellinger distance to the teacher",
          "CE(y, z_s) + w·(1 − Σ √(p·q))",
          Map.of("weight", "w, share of the distance"),
          "",
          "");
    }
  }
}
