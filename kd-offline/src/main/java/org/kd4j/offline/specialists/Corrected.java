package org.kd4j.offline.specialists;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Locale;
import org.kd4j.core.base.Canonical;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;
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
    return Fingerprint.ofText("corrected " + Canonical.of(List.of(knowledge, dustbinShift)).text());
  }

  @Override
  public Live open(Opening opening) {
    Live live = knowledge.open(opening);
    float[] shift = new float[spec().classes()];
    shift[shift.length - 1] = dustbinShift;
    return new Live() {
      @Override
      public Outputs forward(NDArray input) {
        NDArray logits = live.forward(input).logits();
        NDArray corrected = logits.add(logits.getManager().create(shift));
        return new Outputs(List.of(TappedBlock.LOGITS), new NDList(corrected, corrected));
      }

      @Override
      public List<Network> networks() {
        return live.networks();
      }
    };
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s, dustbin %+.2f", knowledge, dustbinShift);
  }
}
