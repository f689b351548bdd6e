package org.kd4j.core.phase;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
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
    Network network = opening.network(this);
    return new Live() {
      @Override
      public Outputs forward(NDArray input) {
        return network.forward(Pass.evaluation(), input);
      }

      @Override
      public List<Network> networks() {
        return List.of(network);
      }
    };
  }

  @Override
  public String toString() {
    return line + " (" + spec + ")";
  }
}
