package org.kd4j.core.network;

import ai.djl.ndarray.types.Shape;
import com.google.inject.Inject;
import com.google.inject.Provider;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * A network whose weights take few values: {@code quantised(teacher,bits=4)}, the student of
 * quantised distillation (A. Polino, R. Pascanu, D. Alistarh, "Model Compression via Distillation
 * and Quantization", ICLR 2018). Structure, taps and parameter paths are the other network's, so a
 * teacher's weights can be grafted whole.
 *
 * <p>Every forward, in training and in evaluation, reads the weights of all linear and
 * convolutional layers, first and last included, through {@link Quantisation}; the gradient passes
 * straight through to the weights in full precision, which the optimiser moves and the store keeps.
 * Biases, normalisation and activations are in full precision.
 *
 * @param of the network in full precision
 * @param bits of a weight: 8, 4 or 2
 */
public record Quantised(Architecture of, int bits) implements Architecture {
  /** Checks the bits. */
  public Quantised {
    UsageException.require(
        bits == 8 || bits == 4 || bits == 2, "quantised: bits are 8, 4 or 2, was %d", bits);
    UsageException.require(!(of instanceof Quantised), "%s is quantised already", of);
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    TappedBlock full = of.build(input, classes);
    Map<String, List<String>> sources = full.sources();
    TappedBlock.Builder net = TappedBlock.of();
    full.stages()
        .forEach(
            (name, block) -> {
              String[] from = sources.get(name).toArray(String[]::new);
              if (!name.equals(TappedBlock.LOGITS)) {
                net.branch(name, new FakeQuantised(block, bits), from);
              }
            });
    return net.logits(
        new FakeQuantised(full.stages().get(TappedBlock.LOGITS), bits),
        sources.get(TappedBlock.LOGITS).toArray(String[]::new));
  }

  /** As slim as the other network's, quantised alike. */
  @Override
  public Architecture slimmed(float layers, float width) {
    return new Quantised(of.slimmed(layers, width), bits);
  }

  @Override
  public Map<String, String> otherNames() {
    return of.otherNames();
  }

  @Override
  public String toString() {
    return "quantised(" + of + ",bits=" + bits + ")";
  }

  /** Reads {@code quantised(NETWORK,bits=B)}. */
  public static final class Family implements NetworkFamily {
    private final Provider<Networks> networks;

    /**
     * @param networks all families; asked only when a spec is read, for this is one of them
     */
    @Inject
    public Family(Provider<Networks> networks) {
      this.networks = networks;
    }

    @Override
    public Architecture parse(SpecText spec) {
      SpecText own = spec.around("bits");
      return new Quantised(networks.get().parse(own.argument()), own.integer("bits", 4));
    }

    @Override
    public String summary() {
      return "quantised(teacher,bits=8|4|2)   the teacher's structure, its weights of few values";
    }
  }
}
