package org.kd4j.core.phase;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Fingerprinted;
import org.kd4j.core.network.Complexity;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;

/**
 * What is known, frozen, may teach and may be deployed: a trained network, an exit of one, an
 * ensemble, a corrected network. A value with a fingerprint; native arrays exist only while the
 * runner has it open.
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

  /** The one trained network it stands for, whose training tells where it comes from. */
  default Optional<Trained> source() {
    return Optional.empty();
  }

  /** Knowledge on a device. */
  interface Live {
    /** A single network in evaluation mode. */
    static Live of(Network network) {
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

    /** Forwards inputs, normalised, in evaluation mode. */
    Outputs forward(NDArray input);

    /** The networks behind it. */
    List<Network> networks();

    /** What it gives and the shape of a sample of it; only logits where it is not one network. */
    default Map<String, Shape> taps() {
      return networks().get(0).tapShapes();
    }

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
    /**
     * Opens a network, or part of one, with its trained weights.
     *
     * @param trained whose weights
     * @param as what is opened: its own spec, or one that is made of some of its stages
     */
    Network network(Trained trained, NetworkSpec as);

    /** Opens a network with its trained weights. */
    default Network network(Trained trained) {
      return network(trained, trained.spec());
    }
  }
}
