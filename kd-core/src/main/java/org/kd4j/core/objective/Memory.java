package org.kd4j.core.objective;

/**
 * What a term remembers from step to step: named arrays that are saved with every checkpoint and
 * dropped after the phase. A step reads them by {@link StepView#memory}.
 */
public interface Memory {
  /** Sets an array. */
  void set(String name, float[] values);

  /** Whether there is an array of a name. */
  boolean has(String name);
}
