package org.kd4j.core.phase;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.kd4j.core.base.Fingerprinted;
import org.kd4j.core.network.Complexity;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;

/**
 * What is known, frozen, may teach and may be deployed: a trained network, and later ensembles,
 * exits, corrected networks. A value with a fingerprint; native arrays exist only while the runner
 * has it open.
 */
public interface Knowledge extends Fingerprinted {
  /** What goes in and how many classes come out; for several networks, of what stands for all. */
  NetworkSpec spec();

  /**
   * Opens it in evaluation mode.
   *
   * @param opening brings trained networks to life
   * @return its live form, freed by the runner
   */
  Live open(Opening opening);

  /** Knowledge on a device. */
  interface Live {
    /** Forwards inputs, normalised, in evaluation mode. */
    Outputs forward(NDArray input);

    /** The networks behind it. */
    List<Network> networks();

    /** Parameters and multiply-adds of all of it. */
    default Complexity complexity() {
      long parameters = 0;
      long multiplyAdds = 0;
      for (Network network : networks()) {
        parameters += network.complexity().parameters();
        multiplyAdds += network.complexity().multiplyAdds();
      }
      return new Complexity(parameters, multiplyAdds);
    }
  }

  /** Brings trained networks to life. */
  @FunctionalInterface
  interface Opening {
    /** Opens a network with its trained weights. */
    Network network(Trained trained);
  }
}
