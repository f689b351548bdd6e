package org.kd4j.offline.specialists;

import org.apache.commons.math3.random.AbstractRandomGenerator;
import org.kd4j.core.base.Draws;

/** Draws one after the other, for Commons Math, whose algorithms ask for a generator with state. */
final class CountedDraws extends AbstractRandomGenerator {
  private final Draws draws;
  private long counter;

  CountedDraws(Draws draws) {
    this.draws = draws;
  }

  @Override
  public double nextDouble() {
    return draws.uniform(counter++);
  }

  @Override
  public void setSeed(long seed) {
    throw new UnsupportedOperationException("the draws were given at construction");
  }
}
