package org.kd4j.features.text;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.TapRef;

/**
 * A matrix W that takes states of one width to another's: no bias, as in TinyBERT's equations.
 *
 * @param from states that go in
 * @param to states whose width comes out
 */
record Projection(TapRef from, TapRef to) implements Adapter {
  @Override
  public Block block(Shapes shapes) {
    Shape out = shapes.of(to);
    return Linear.builder().setUnits(out.get(out.dimension() - 1)).optBias(false).build();
  }

  @Override
  public Shape input(Shapes shapes) {
    return shapes.of(from);
  }
}
