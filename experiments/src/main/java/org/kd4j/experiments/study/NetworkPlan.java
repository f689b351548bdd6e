package org.kd4j.experiments.study;

import java.util.Optional;
import org.kd4j.core.base.UsageException;

/**
 * A network of a study and how it is trained, as written.
 *
 * @param network for example {@code mlp:400-400,dropout=0.3}; a student's may name the teacher's,
 *     {@code slim(teacher,width=0.5)}
 * @param epochs of its training; 0 for a teacher that begins with trained weights and is used as it
 *     is
 * @param augment what it sees: {@code none}, {@code shift:2}, {@code crop-flip:4} …
 * @param optimizer {@code adam}, {@code adamw} or {@code sgd}
 * @param learningRate its highest rate; empty = the optimiser's custom
 * @param schedule of the rate: {@code cosine}, {@code constant}, {@code multi-step:60-120} …
 * @param batch samples a step
 */
public record NetworkPlan(
    String network,
    int epochs,
    String augment,
    String optimizer,
    Optional<Float> learningRate,
    String schedule,
    int batch) {
  /** Checks ranges. */
  public NetworkPlan {
    UsageException.require(epochs >= 0, "epochs must be 0 or more, was %d", epochs);
    UsageException.require(batch >= 1, "batch must be at least 1, was %d", batch);
    learningRate.ifPresent(
        r -> UsageException.require(r > 0, "learningRate must be above 0, was %s", r));
  }

  /** A network trained with Adam at 1e-3, cosine, batches of 128, no augmentation. */
  public static NetworkPlan of(String network, int epochs) {
    return new NetworkPlan(network, epochs, "none", "adam", Optional.empty(), "cosine", 128);
  }

  /** The same training of another network. */
  public NetworkPlan withNetwork(String other) {
    return new NetworkPlan(other, epochs, augment, optimizer, learningRate, schedule, batch);
  }

  /** The same in so many epochs. */
  public NetworkPlan withEpochs(int count) {
    return new NetworkPlan(network, count, augment, optimizer, learningRate, schedule, batch);
  }

  /** The same with its inputs changed: {@code shift:2}. */
  public NetworkPlan seeing(String augmentation) {
    return new NetworkPlan(network, epochs, augmentation, optimizer, learningRate, schedule, batch);
  }
}
