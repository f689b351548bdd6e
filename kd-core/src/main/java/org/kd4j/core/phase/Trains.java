package org.kd4j.core.phase;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.TappedBlock;

/**
 * Which stages of a learner's network are trained. The others are frozen: forwarded in evaluation
 * mode, out of the optimiser's reach (weight decay's too), and checked to be the same bits before
 * and after.
 *
 * @param rule how the stages are meant
 * @param stages by name
 */
public record Trains(Rule rule, List<String> stages) {
  /** Everything: the default. */
  public static final Trains ALL = new Trains(Rule.ALL_BUT, List.of());

  /** How stages are named. */
  public enum Rule {
    /** All but those named. */
    ALL_BUT,
    /** Those named and no others. */
    ONLY,
    /** Those named and all that they read, directly or not. */
    UP_TO
  }

  /** Copies. */
  public Trains {
    stages = List.copyOf(stages);
    UsageException.require(
        rule == Rule.ALL_BUT || !stages.isEmpty(), "a learner that trains no stage learns nothing");
  }

  /** All stages but some. */
  public static Trains allBut(String... stages) {
    return new Trains(Rule.ALL_BUT, List.of(stages));
  }

  /** Some stages alone. */
  public static Trains only(String... stages) {
    return new Trains(Rule.ONLY, List.of(stages));
  }

  /** The part of the network that some taps need: up to a guided layer. */
  public static Trains upTo(String... taps) {
    return new Trains(Rule.UP_TO, List.of(taps));
  }

  /**
   * The frozen stages.
   *
   * @param network the learner's
   * @return names, at least one less than there are
   */
  public Set<String> frozen(TappedBlock network) {
    Set<String> named = new TreeSet<>();
    for (String stage : stages) {
      if (rule == Rule.UP_TO && network.tapsBeforeRectifiers().contains(stage)) {
        named.addAll(network.needed(stage));
        continue;
      }
      if (!network.stages().containsKey(stage)) {
        throw Names.unknown("stage to train or freeze", stage, network.stages().keySet());
      }
      named.add(stage);
      if (rule == Rule.UP_TO) {
        named.addAll(network.needed(stage));
      }
    }
    Set<String> frozen = new TreeSet<>(network.stages().keySet());
    if (rule == Rule.ALL_BUT) {
      frozen.retainAll(named);
    } else {
      frozen.removeAll(named);
    }
    UsageException.require(
        frozen.size() < network.stages().size(),
        "all stages %s are frozen; a learner trains at least one",
        network.stages().keySet());
    return frozen;
  }

  @Override
  public String toString() {
    return switch (rule) {
      case ALL_BUT -> stages.isEmpty() ? "all" : "all but " + String.join(", ", stages);
      case ONLY -> "only " + String.join(", ", stages);
      case UP_TO -> "up to " + String.join(", ", stages);
    };
  }
}
