package org.kd4j.core.phase;

import java.util.Optional;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Until;

/**
 * A trained network up to one of its taps, whose output counts as its logits: one branch of a
 * network with several. What the tap does not need is neither forwarded nor counted.
 *
 * @param trained the whole network
 * @param tap where the knowledge ends; gives a value per class
 */
public record Exit(Trained trained, String tap) implements Knowledge {
  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.ofText("exit " + trained.fingerprint() + " " + tap);
  }

  @Override
  public NetworkSpec spec() {
    NetworkSpec whole = trained.spec();
    return whole.with(new Until(whole.architecture(), tap));
  }

  @Override
  public Live open(Opening opening) {
    return Live.of(opening.network(trained, spec()));
  }

  @Override
  public Optional<Trained> source() {
    return Optional.of(trained);
  }

  @Override
  public String toString() {
    return trained.line() + "@" + tap + " (" + trained.spec() + ")";
  }
}
