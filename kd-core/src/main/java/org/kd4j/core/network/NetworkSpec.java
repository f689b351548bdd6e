package org.kd4j.core.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;

/**
 * A network to be: its architecture, what goes in and how many classes come out.
 *
 * @param architecture what it is
 * @param input shape of one sample, without the batch axis
 * @param classes how many logits
 */
public record NetworkSpec(Architecture architecture, List<Long> input, int classes) {
  private static final int FEW = 4;
  private static final int MANY = 64;

  /** The fastest counts: whatever else runs on the machine only slows. */
  private static final int TIMES = 2;

  /** Seconds for a few samples after which no more are timed. */
  private static final double LONG = 0.005;

  /** Checks the classes. */
  public NetworkSpec {
    input = List.copyOf(input);
    UsageException.require(classes >= 2, "a classifier needs at least 2 classes, was %d", classes);
  }

  /** A network for samples of a shape. */
  public static NetworkSpec of(Architecture architecture, Shape input, int classes) {
    return new NetworkSpec(architecture, Arrays.stream(input.getShape()).boxed().toList(), classes);
  }

  /** Another network for the same samples. */
  public NetworkSpec with(Architecture other) {
    return new NetworkSpec(other, input, classes);
  }

  /** Shape of one sample. */
  public Shape inputShape() {
    return new Shape(input);
  }

  /** Whether its samples are texts. */
  public boolean readsText() {
    return Inputs.areTexts(inputShape());
  }

  /** What it will cost: it is opened for a moment, without weights. */
  public Complexity complexity() {
    try (NDManager base = NDManager.newBaseManager(Device.cpu())) {
      return Network.blank(this, base).complexity();
    }
  }

  /**
   * How long a forward takes on this machine, measured on a few samples, all weights zero; vectors
   * or images, no text.
   *
   * @return seconds a sample, of many read together
   */
  public double forwardSeconds() {
    try (NDManager base = NDManager.newBaseManager(Device.cpu());
        Network network = Network.blank(this, base)) {
      forwardSeconds(network, base, FEW); // the first time code and memory are found
      double best = forwardSeconds(network, base, FEW);
      for (int i = 0; i < TIMES && best * FEW < LONG; i++) {
        best = Math.min(best, forwardSeconds(network, base, MANY));
      }
      return best;
    }
  }

  private double forwardSeconds(Network network, NDManager base, int samples) {
    try (NDManager step = base.newSubManager()) {
      NDArray input = step.ones(new Shape(samples).addAll(inputShape()));
      long before = System.nanoTime();
      network.forward(Pass.evaluation(), input).logits().toFloatArray();
      return (System.nanoTime() - before) * 1e-9 / samples;
    }
  }

  /**
   * Shape of a sample's output at each tap, in order; it is opened for a moment, without weights.
   */
  public Map<String, Shape> taps() {
    try (NDManager base = NDManager.newBaseManager(Device.cpu())) {
      return Network.blank(this, base).tapShapes();
    }
  }

  /**
   * A tap's own name: see {@link Architecture#otherNames}.
   *
   * @param name its own or another, before a rectifier or not
   * @return the own; the name as it is where it is no other name of a tap
   */
  public String ownTap(String name) {
    String stage = TappedBlock.stageOf(name);
    String own = architecture.otherNames().getOrDefault(stage, stage);
    return TappedBlock.isBeforeRectifier(name) ? TappedBlock.beforeRectifier(own) : own;
  }

  /** Shape of each parameter and buffer, by path; it is opened for a moment, without weights. */
  public SortedMap<String, Shape> parameters() {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    try (NDManager base = NDManager.newBaseManager(Device.cpu())) {
      Network.blank(this, base)
          .parameters()
          .forEach((path, parameter) -> shapes.put(path, parameter.getArray().getShape()));
    }
    return shapes;
  }

  @Override
  public String toString() {
    return architecture.toString();
  }
}
