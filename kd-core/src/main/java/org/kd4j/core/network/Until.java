package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.UsageException;

/**
 * A network up to one of its taps, whose output counts as the logits: an exit of a network with
 * several. Stages the tap does not need are not there; the others keep their names, so that the
 * whole network's weights fit.
 *
 * @param whole the network it is part of
 * @param tap where it ends; gives a value per class
 */
public record Until(Architecture whole, String tap) implements Architecture {
  @Override
  public TappedBlock build(Shape input, int classes) {
    TappedBlock part = whole.build(input, classes).until(tap);
    Shape given = part.getOutputShapes(new Shape[] {new Shape(1).addAll(input)})[0].slice(1);
    UsageException.require(
        given.equals(new Shape(classes)),
        "'%s' of %s gives %s for each sample; an exit gives a logit for each of %d classes",
        tap,
        whole,
        given,
        classes);
    return part;
  }

  @Override
  public String toString() {
    return whole + "@" + tap;
  }
}
