package org.kd4j.offline.specialists;

import java.util.Locale;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Knowledge;

/**
 * Knowledge with something added to its last logit, the dustbin's.
 *
 * @param knowledge of a group and a dustbin
 * @param dustbinShift what is added
 */
public record Corrected(Knowledge knowledge, float dustbinShift) implements Knowledge {
  /** Checks the shift. */
  public Corrected {
    UsageException.require(
        Float.isFinite(dustbinShift),
        "a dustbin's correction must be finite, was %s",
        dustbinShift);
  }

  @Override
  public NetworkSpec spec() {
    return knowledge.spec();
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprints.of("corrected", knowledge, dustbinShift);
  }

  @Override
  public Live open(Opening opening) {
    float[] shift = new float[spec().classes()];
    shift[shift.length - 1] = dustbinShift;
    return Answers.of(
        knowledge.open(opening),
        shift.length,
        logits -> logits.add(logits.getManager().create(shift)));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, dustbin %+.2f", knowledge, dustbinShift);
  }
}
