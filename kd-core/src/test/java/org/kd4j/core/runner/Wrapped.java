package org.kd4j.core.runner;

import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Knowledge;

/**
 * Knowledge that says what another says. Public and on its own, so that a test can load it from
 * memory, as a shell loads its classes.
 *
 * @param inner who knows
 */
public record Wrapped(Knowledge inner) implements Knowledge {
  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.ofText("wrapped " + inner.fingerprint());
  }

  @Override
  public NetworkSpec spec() {
    return inner.spec();
  }

  @Override
  public Live open(Opening opening) {
    return inner.open(opening);
  }
}
