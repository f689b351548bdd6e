package org.kd4j.core.network;

import org.kd4j.core.base.SpecText;

/**
 * A family of networks, bound by name in a module: reads what people write after the name. One
 * class (an {@link Architecture} record) and one binding make a new one.
 */
public interface NetworkFamily {
  /**
   * Reads a spec, or refuses it saying what would be right.
   *
   * @param spec for example {@code mlp:1200-1200,dropout=0.5}
   * @return the architecture
   */
  Architecture parse(SpecText spec);

  /** One line for listings: what it is and how it is written. */
  String summary();
}
