package org.kd4j.features;

/** What the options of all strategies of this family have in common. */
interface Blend {
  /** The layer map, as written. */
  String taps();

  /** Weight of the labels. */
  float hardWeight();

  /** Weight of the soft targets, with their factor T². */
  float softWeight();

  /** T of the soft targets. */
  float temperature();
}
