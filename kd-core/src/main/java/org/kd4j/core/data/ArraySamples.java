package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Native;

/**
 * Samples held in memory, opened as one tensor: bytes stay bytes until a batch of them is gathered,
 * so MNIST takes 47 MB and not 188.
 */
public final class ArraySamples implements MemorySamples {
  private final String name;
  private final long[] shape;
  private final int classes;
  private final byte @Nullable [] bytes;
  private final float @Nullable [] floats;
  private final int[] labels;
  private final Normalization normalization;
  private volatile @Nullable Fingerprint fingerprint;

  private ArraySamples(
      String name,
      long[] shape,
      int classes,
      byte @Nullable [] bytes,
      float @Nullable [] floats,
      int[] labels,
      Normalization normalization) {
    this.name = name;
    this.shape = shape;
    this.classes = classes;
    this.bytes = bytes;
    this.floats = floats;
    this.labels = labels;
    this.normalization = normalization;
    long values = bytes != null ? bytes.length : floats == null ? 0 : floats.length;
    UsageException.require(labels.length > 0, "%s holds no samples", name);
    UsageException.require(
        values == (long) labels.length * width(),
        "%s: %d labels of samples of %d values need %d values, there are %d",
        name,
        labels.length,
        width(),
        (long) labels.length * width(),
        values);
    for (int i = 0; i < labels.length; i++) {
      UsageException.require(
          labels[i] >= -1 && labels[i] < classes,
          "%s: row %d has label %d; labels are 0 to %d, or -1 for none",
          name,
          i,
          labels[i],
          classes - 1);
    }
  }

  /**
   * Samples of unsigned bytes, row after row.
   *
   * @param name what people call them
   * @param shape of one sample: (channels, height, width) or (features)
   * @param classes how many classes
   * @param values the bytes; kept, not copied
   * @param labels a label per sample, −1 for none; kept, not copied
   * @param normalization bytes to inputs
   */
  public static ArraySamples ofBytes(
      String name,
      Shape shape,
      int classes,
      byte[] values,
      int[] labels,
      Normalization normalization) {
    return new ArraySamples(name, shape.getShape(), classes, values, null, labels, normalization);
  }

  /** Samples of floats, row after row; otherwise as {@link #ofBytes}. */
  public static ArraySamples ofFloats(
      String name,
      Shape shape,
      int classes,
      float[] values,
      int[] labels,
      Normalization normalization) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        long row = i / shape.size();
        throw new UsageException(
            name + ": row " + row + " holds " + values[i] + "; values must be finite");
      }
    }
    return new ArraySamples(name, shape.getShape(), classes, null, values, labels, normalization);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public Shape shape() {
    return new Shape(shape);
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  /** Of bytes: from 0 to 255, normalised. */
  @Override
  public Optional<InputRange> range() {
    return bytes == null ? Optional.empty() : Optional.of(InputRange.of(0, 255, normalization));
  }

  /** How raw values become inputs. */
  public Normalization normalization() {
    return normalization;
  }

  /** Raw values of a sample, before normalisation. */
  public float[] raw(int row) {
    int width = width();
    float[] values = new float[width];
    for (int i = 0; i < width; i++) {
      values[i] = bytes != null ? bytes[row * width + i] & 0xff : floats[row * width + i];
    }
    return values;
  }

  @Override
  public ArraySamples subset(String newName, int[] rows) {
    int width = width();
    byte[] someBytes = bytes == null ? null : new byte[Math.multiplyExact(rows.length, width)];
    float[] someFloats = floats == null ? null : new float[Math.multiplyExact(rows.length, width)];
    int[] someLabels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (bytes != null) {
        System.arraycopy(bytes, rows[i] * width, someBytes, i * width, width);
      } else {
        System.arraycopy(floats, rows[i] * width, someFloats, i * width, width);
      }
      someLabels[i] = labels[rows[i]];
    }
    return new ArraySamples(
        newName, shape, classes, someBytes, someFloats, someLabels, normalization);
  }

  @Override
  public ArraySamples relabelled(String newName, int[] newLabels) {
    return new ArraySamples(
        newName, shape, classes, bytes, floats, newLabels.clone(), normalization);
  }

  /** The same samples, otherwise normalised. */
  public ArraySamples normalized(Normalization other) {
    return new ArraySamples(name, shape, classes, bytes, floats, labels, other);
  }

  @Override
  public Fingerprint fingerprint() {
    Fingerprint known = fingerprint;
    if (known == null) {
      String head =
          Arrays.toString(shape) + classes + normalization + (bytes != null ? "bytes" : "floats");
      known =
          Fingerprint.ofBytes(
              ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)), values(), ints(labels));
      fingerprint = known;
    }
    return known;
  }

  private ByteBuffer values() {
    if (bytes != null) {
      return ByteBuffer.wrap(bytes);
    }
    ByteBuffer buffer = ByteBuffer.allocate(floats.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(floats);
    return buffer;
  }

  private static ByteBuffer ints(int[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(values);
    return buffer;
  }

  private int width() {
    return Math.toIntExact(new Shape(shape).size());
  }

  @Override
  public Rows open(NDManager manager) {
    Shape flat = new Shape(labels.length, width());
    NDArray all =
        bytes != null
            ? manager.create(ByteBuffer.wrap(bytes), flat, DataType.UINT8)
            : manager.create(floats, flat);
    long[] wide = new long[labels.length];
    Arrays.setAll(wide, i -> labels[i]);
    NDArray targets = manager.create(wide, new Shape(labels.length, 1));
    NDArray mean = channelwise(manager, normalization.mean());
    NDArray deviation = channelwise(manager, normalization.deviation());
    boolean centred = normalization.mean().stream().anyMatch(m -> m != 0);
    boolean scaled = normalization.deviation().stream().anyMatch(d -> d != 1);
    return (step, rows, augmentation, draws) -> {
      long[] index = new long[rows.length];
      Arrays.setAll(index, i -> rows[i]);
      NDArray where = step.create(index);
      NDArray raw = Native.rows(step, all, where).toType(DataType.FLOAT32, false);
      // The batch is a copy of its own from here on, so it may be changed in place.
      NDArray input =
          augmentation.apply(
              raw.reshape(new Shape(rows.length).addAll(new Shape(shape))), rows, draws);
      if (centred) {
        input.subi(mean);
      }
      if (scaled) {
        input.divi(deviation);
      }
      return new Batch(input, Native.rows(step, targets, where).reshape(rows.length), rows);
    };
  }

  /** (1, C, 1, 1) for images, (1, F) for feature vectors, (1) for one value for all. */
  private NDArray channelwise(NDManager manager, List<Float> values) {
    float[] plain = new float[values.size()];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = values.get(i);
    }
    UsageException.require(
        plain.length == 1 || plain.length == shape[0],
        "%s: normalisation for %d channels, the samples have %d",
        name,
        plain.length,
        shape[0]);
    long[] broadcast = new long[shape.length + 1];
    Arrays.fill(broadcast, 1);
    broadcast[1] = plain.length;
    return manager.create(plain, new Shape(broadcast));
  }

  @Override
  public String toString() {
    return name + " (" + size() + " samples, " + classes + " classes)";
  }
}
