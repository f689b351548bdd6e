package org.kd4j.core.phase;

/** Whose augmentation of a step's samples a learner is shown. */
public enum Sees {
  /** The feed's: what everybody else is shown. */
  SHARED,
  /** One of its own, drawn for its line: the same samples, changed otherwise. */
  OWN
}
