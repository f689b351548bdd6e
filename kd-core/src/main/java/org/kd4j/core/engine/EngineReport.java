package org.kd4j.core.engine;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;

/**
 * The engine as it was started.
 *
 * @param djl version of DJL
 * @param pytorch version of the native library
 * @param device where networks live
 * @param threads within one operation
 * @param processor its name and instruction set, as far as they can be known
 * @param vendor who made the processor, in its own word: {@code GenuineIntel}; empty where it
 *     cannot be known
 * @param capability the vector instructions PyTorch chooses by: {@code AVX512}, {@code AVX2},
 *     {@code DEFAULT}
 * @param blas the library of matrix products
 * @param tunings what was done to the native libraries, and what was not, with reasons
 */
public record EngineReport(
    String djl,
    String pytorch,
    Device device,
    int threads,
    String processor,
    String vendor,
    String capability,
    String blas,
    List<Tuning> tunings) {

  /** Keeps a copy. */
  public EngineReport {
    tunings = List.copyOf(tunings);
  }

  /**
   * One change to the native libraries.
   *
   * @param name what it concerns
   * @param on whether it was made
   * @param why what it does, or why it was left
   */
  public record Tuning(String name, boolean on, String why) {
    @Override
    public String toString() {
      return name + ": " + (on ? "on" : "off") + " (" + why + ")";
    }
  }

  /** Whether a tuning is on. */
  public boolean tuned(String name) {
    return tunings.stream().anyMatch(t -> t.name().equals(name) && t.on());
  }

  /**
   * All of the engine that decides the bits of a result: what a phase's fingerprint must cover. The
   * memory and waiting settings move time, not bits, and are left out.
   */
  public List<String> fingerprintWords() {
    return List.of(
        "djl " + djl,
        "pytorch " + pytorch,
        "platform " + Platform.name(),
        "device " + device,
        "threads " + threads,
        "cpu " + capability,
        "mkl-kernels "
            + (tuned(Engines.MKL) ? "by-instruction-set" : ("by-vendor " + vendor).strip()),
        "updates " + (tuned(Engines.UPDATES) ? "fused" : "java"));
  }

  /** The report as lines of text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("DJL " + djl + ", PyTorch " + pytorch + ", " + Platform.name());
    lines.add("device " + device + ", " + threads + (threads == 1 ? " thread" : " threads"));
    lines.add("processor " + processor + ", " + capability);
    lines.add("BLAS " + blas);
    tunings.forEach(tuning -> lines.add(tuning.toString()));
    return lines;
  }

  @Override
  public String toString() {
    return String.join(System.lineSeparator(), lines());
  }
}
