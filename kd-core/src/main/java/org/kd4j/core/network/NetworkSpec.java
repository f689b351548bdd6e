package org.kd4j.core.network;

import ai.djl.Device;
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

  /** What it will cost: it is opened for a moment, without weights. */
  public Complexity complexity() {
    try (NDManager base = NDManager.newBaseManager(Device.cpu())) {
      return Network.blank(this, base).complexity();
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
