package org.kd4j.core.phase;

import java.util.Optional;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Role;

/**
 * A network that came out of a phase: a fingerprint and a spec, no weights; only the runner opens
 * it.
 *
 * @param phase fingerprint of the phase it came out of
 * @param role it had there
 * @param age last or best
 * @param spec what it is
 * @param line who it is over its life
 * @param steps updates since birth
 * @param epochs epochs since birth
 */
public record Trained(
    Fingerprint phase, Role role, Age age, NetworkSpec spec, String line, long steps, int epochs)
    implements Knowledge {

  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.ofText("trained " + phase + " " + role + " " + age);
  }

  @Override
  public Live open(Opening opening) {
    return Live.of(opening.network(this));
  }

  @Override
  public Optional<Trained> source() {
    return Optional.of(this);
  }

  @Override
  public String toString() {
    return line + " (" + spec + ")";
  }
}
