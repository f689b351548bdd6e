package org.kd4j.core.objective;

import java.util.Map;
import org.kd4j.core.base.Draws;
import org.kd4j.core.schedule.Progress;

/** What a term may look at before an epoch: how the cast does on the phase's validation samples. */
public interface EpochView {
  /** How far the phase is. */
  Progress progress();

  /**
   * What somebody of the cast says now about the validation samples, in evaluation mode.
   *
   * @param who in the cast
   * @return logits, row-major
   */
  float[] logits(Role who);

  /** The validation labels, by row. */
  int[] labels();

  /**
   * Parameters and buffers of somebody who is one network, as they are now, by path.
   *
   * @param who in the cast
   */
  Map<String, float[]> parameters(Role who);

  /** Random draws of this term before this epoch. */
  Draws draws();

  /** How many classes. */
  int classes();
}
