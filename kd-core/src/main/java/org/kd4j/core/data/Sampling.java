package org.kd4j.core.data;

import org.kd4j.core.base.Draws;

/**
 * Which samples an epoch reads, and in which order: a pure function of the epoch's draws. A record,
 * because it is part of a phase's fingerprint.
 */
public interface Sampling {
  /** Every sample once, in an order of the epoch's own. */
  Sampling ALL = new All();

  /**
   * How many samples an epoch reads.
   *
   * @param size of the set
   */
  int draws(int size);

  /**
   * The rows of an epoch.
   *
   * @param size of the set
   * @param draws of the epoch
   * @return as many rows as {@link #draws} says; they may repeat
   */
  int[] rows(int size, Draws draws);

  /** Every sample once. */
  record All() implements Sampling {
    @Override
    public int draws(int size) {
      return size;
    }

    @Override
    public int[] rows(int size, Draws draws) {
      return draws.permutation(size);
    }
  }
}
