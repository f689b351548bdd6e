package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.UsageException;

/**
 * What a network is, apart from its input and classes: a record, so that it prints as people write
 * it, compares, and is part of a phase's fingerprint.
 */
public interface Architecture {
  /**
   * Builds the block, without weights.
   *
   * @param input shape of one sample, without the batch axis
   * @param classes how many logits
   * @return named stages from input to logits; the last is called {@code logits}
   */
  TappedBlock build(Shape input, int classes);

  /**
   * Networks of this family on the way to a smaller one: the candidates for a teacher's assistants.
   *
   * @param smaller where the way ends, of this family or another
   * @return from large to small, neither end among them; empty where the family knows none
   */
  default List<Architecture> between(Architecture smaller) {
    return List.of();
  }

  /**
   * A slimmer network of this family: what {@code slim(…)} gives.
   *
   * @param layers share of what repeats along the depth, above 0 to 1; at least one is left
   * @param width share of units or channels, above 0 to 1; at least one is left
   * @return the network, without dropout: that is how the larger one was trained, and a smaller one
   *     needs less of it
   */
  default Architecture slimmed(float layers, float width) {
    throw new UsageException(
        this + " knows no slimmer network of its own family; name the smaller network itself");
  }

  /**
   * Other names of its taps, which mean the same in every family: {@code stage1}, … for what
   * repeats along the depth and {@code penultimate} for what the classifier reads. Taps written out
   * may be named so; rules, plans and records know a tap by its own name alone.
   *
   * @return a tap's own name by its other name; empty where its taps are called so themselves
   */
  default Map<String, String> otherNames() {
    return Map.of();
  }

  /**
   * Whether a network of so many classes begins with weights that were trained, its head's too: it
   * may then be used as it begins, without an epoch of training.
   *
   * @param classes how many logits
   */
  default boolean beginsTrained(int classes) {
    return false;
  }

  /** As people write it: {@code mlp:1200-1200,dropout=0.5}. */
  @Override
  String toString();
}
