package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.RunException;
import org.kd4j.core.data.Batch;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;

/**
 * A guide of a phase: forwarded lazily in evaluation mode without gradients, or read from its
 * stored outputs where every input has some.
 */
final class LiveGuide {
  private final Guide guide;
  private final Knowledge.Live live;
  private List<KeptOutputs> stored = List.of();
  private final long bitsBefore;

  /**
   * @param guide who
   * @param live on the device
   */
  LiveGuide(Guide guide, Knowledge.Live live) {
    this.guide = guide;
    this.live = live;
    this.bitsBefore = bits();
  }

  /**
   * Reads its outputs from now on.
   *
   * @param outputs of all samples, for each distinct set of inputs; empty = forward
   */
  void read(List<KeptOutputs> outputs) {
    this.stored = outputs;
  }

  Guide guide() {
    return guide;
  }

  Knowledge.Live live() {
    return live;
  }

  /** What it says of a batch; gradients are off inside, whatever they are outside. */
  Outputs outputs(NDManager step, Batch batch, @Nullable NDArray index, int replica) {
    return Autograd.paused(
        () -> {
          if (stored.isEmpty()) {
            return live.forward(batch.input());
          }
          return stored.get(replica).of(step, index);
        });
  }

  boolean reads() {
    return !stored.isEmpty();
  }

  /** Refuses to go on if a bit of it moved, or a gradient reached it. */
  void checkUntouched(String phase) {
    if (bits() != bitsBefore) {
      throw new RunException(
          "Phase '"
              + phase
              + "': the guide "
              + guide.role()
              + " changed while it taught. A guide is frozen;"
              + " this is a bug in a block or term that writes into its arrays.");
    }
    for (Network network : live.networks()) {
      network
          .parameters()
          .forEach(
              (path, parameter) -> {
                if (parameter.requiresGradient()
                    && Autograd.gradient(parameter.getArray()) != null) {
                  throw new RunException(
                      "Phase '"
                          + phase
                          + "': a gradient reached "
                          + path
                          + " of the guide "
                          + guide.role()
                          + ". Guides teach through view.of(…), which is cut from the graph; this is a bug in a term.");
                }
              });
    }
  }

  private long bits() {
    return bits(live);
  }

  /** A checksum of all parameters and buffers of somebody. */
  static long bits(Knowledge.Live live) {
    List<Parameter> all = new ArrayList<>();
    live.networks().forEach(n -> all.addAll(n.parameters().values()));
    return bits(all);
  }

  /** A checksum of parameters and buffers. */
  static long bits(Collection<Parameter> parameters) {
    CRC32C crc = new CRC32C();
    parameters.forEach(p -> crc.update(p.getArray().toByteBuffer()));
    return crc.getValue();
  }
}
