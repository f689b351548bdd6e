package org.kd4j.core.base;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Named float arrays with some text, in the safetensors layout: eight bytes of header length, a
 * JSON header, the values (little-endian). The field's own tools read the weights of a stored
 * network from it. DJL writes the layout too, but only from arrays in the engine and without the
 * text.
 *
 * @param tensors by name
 * @param metadata texts by name
 */
public record SafeTensors(SortedMap<String, Tensor> tensors, SortedMap<String, String> metadata) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the maps, not the values. */
  public SafeTensors {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
  }

  /**
   * An array.
   *
   * @param shape its axes
   * @param values row-major
   */
  public record Tensor(long[] shape, float[] values) {
    /** One axis. */
    public static Tensor flat(float[] values) {
      return new Tensor(new long[] {values.length}, values);
    }
  }

  /** The values alone, by name. */
  public SortedMap<String, float[]> values() {
    SortedMap<String, float[]> values = new TreeMap<>();
    tensors.forEach((name, tensor) -> values.put(name, tensor.values()));
    return values;
  }

  /** As bytes. */
  public ByteBuffer encode() {
    Header header = new Header(metadata);
    tensors.forEach((name, tensor) -> header.add(name, tensor.values().length, tensor.shape()));
    return header.encode(
        tensors.values().stream().map(t -> FloatBuffer.wrap(t.values())).toList(),
        ByteBuffer::allocate);
  }

  /**
   * As bytes, of arrays that need not be on the heap: each is copied once, from where it lies to
   * where it shall be.
   *
   * @param arrays of one axis, by name; their positions stay
   * @param metadata texts by name
   * @param room gives a buffer of so many bytes, as its limit
   * @return that buffer, filled
   */
  public static ByteBuffer encode(
      SortedMap<String, FloatBuffer> arrays,
      SortedMap<String, String> metadata,
      IntFunction<ByteBuffer> room) {
    Header header = new Header(metadata);
    arrays.forEach((name, values) -> header.add(name, values.remaining(), values.remaining()));
    return header.encode(arrays.values(), room);
  }

  /** What stands before the values. */
  private static final class Header {
    private final ObjectNode json = JSON.createObjectNode();
    private long bytes;

    Header(SortedMap<String, String> metadata) {
      ObjectNode texts = json.putObject("__metadata__");
      metadata.forEach(texts::put);
    }

    void add(String name, int size, long... shape) {
      ObjectNode described = json.putObject(name);
      described.put("dtype", "F32");
      for (long axis : shape) {
        described.withArray("shape").add(axis);
      }
      described.putArray("data_offsets").add(bytes).add(bytes + 4L * size);
      bytes += 4L * size;
    }

    ByteBuffer encode(Collection<FloatBuffer> values, IntFunction<ByteBuffer> room) {
      byte[] head = padded(json);
      ByteBuffer all =
          room.apply(Math.toIntExact(8 + head.length + bytes)).order(ByteOrder.LITTLE_ENDIAN);
      all.putLong(head.length).put(head);
      for (FloatBuffer each : values) {
        all.asFloatBuffer().put(each.duplicate());
        all.position(all.position() + 4 * each.remaining());
      }
      return all.flip();
    }
  }

  /** The layout wants the values aligned to eight bytes. */
  private static byte[] padded(ObjectNode header) {
    try {
      byte[] text = JSON.writeValueAsBytes(header);
      byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
      Arrays.fill(padded, text.length, padded.length, (byte) ' ');
      return padded;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a header of texts and numbers is JSON", e);
    }
  }

  /**
   * Reads what {@link #encode} wrote, or any safetensors of numbers.
   *
   * @param bytes the whole file
   * @return its content
   * @throws IllegalArgumentException where it is none, or cut off
   */
  public static SafeTensors decode(ByteBuffer bytes) {
    File file = read(bytes);
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    file.tensors()
        .forEach((name, t) -> tensors.put(name, new Tensor(t.shape().clone(), t.values())));
    return new SafeTensors(tensors, file.metadata());
  }

  /**
   * A file whose values have not been read yet.
   *
   * @param tensors by name
   * @param metadata texts by name
   */
  public record File(SortedMap<String, Stored> tensors, SortedMap<String, String> metadata) {}

  /**
   * An array in a file.
   *
   * @param type of its values, as the layout calls it: {@code F32}, {@code BF16}
   * @param shape its axes
   * @param bytes its values, little-endian
   */
  public record Stored(String type, long[] shape, ByteBuffer bytes) {
    /** Whether its values can be read. */
    public boolean readable() {
      return WIDTHS.containsKey(type);
    }

    /**
     * Its values as floats: halves and bfloats exactly, doubles rounded, whole numbers exactly up
     * to 2²⁴.
     */
    public float[] values() {
      Integer width = WIDTHS.get(type);
      if (width == null) {
        throw new IllegalArgumentException(
            "tensors of " + new TreeMap<>(WIDTHS).keySet() + " are read, was " + type);
      }
      ByteBuffer from = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[from.remaining() / width];
      switch (type) {
        case "F32" -> from.asFloatBuffer().get(values);
        case "F64" -> fill(values, i -> (float) from.getDouble(8 * i));
        case "F16" -> fill(values, i -> half(from.getShort(2 * i)));
        case "BF16" -> fill(values, i -> Float.intBitsToFloat(from.getShort(2 * i) << 16));
        case "I64" -> fill(values, i -> from.getLong(8 * i));
        default -> fill(values, i -> from.getInt(4 * i));
      }
      return values;
    }

    @FunctionalInterface
    private interface At {
      float value(int index);
    }

    private static void fill(float[] values, At at) {
      for (int i = 0; i < values.length; i++) {
        values[i] = at.value(i);
      }
    }

    /** IEEE 754 binary16: the exponent's bias is 15, below lie multiples of 2⁻²⁴. */
    private static float half(short bits) {
      int exponent = bits >> 10 & 0x1f;
      int fraction = bits & 0x3ff;
      float size =
          exponent == 0
              ? fraction * 0x1p-24f
              : Float.intBitsToFloat(
                  (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13);
      return bits < 0 ? -size : size;
    }
  }

  /** Bytes of a value, by type. */
  private static final Map<String, Integer> WIDTHS =
      Map.of("F64", 8, "F32", 4, "F16", 2, "BF16", 2, "I64", 8, "I32", 4);

  /**
   * Reads the header of a file.
   *
   * @param bytes the whole file, mapped for example; the tensors are windows on it
   * @return what it lists
   * @throws IllegalArgumentException where it is no such file, or cut off
   */
  public static File read(ByteBuffer bytes) {
    ByteBuffer all = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long length = all.remaining() < 8 ? -1 : all.getLong();
    if (length < 2 || length > all.remaining()) {
      throw new IllegalArgumentException("no safetensors header");
    }
    byte[] head = new byte[(int) length];
    all.get(head);
    ByteBuffer values = all.slice();
    SortedMap<String, Stored> tensors = new TreeMap<>();
    SortedMap<String, String> metadata = new TreeMap<>();
    try {
      JsonNode header = JSON.readTree(head);
      for (Map.Entry<String, JsonNode> field : header.properties()) {
        if (field.getKey().equals("__metadata__")) {
          field
              .getValue()
              .properties()
              .forEach(t -> metadata.put(t.getKey(), t.getValue().asText()));
        } else {
          tensors.put(field.getKey(), stored(field.getKey(), field.getValue(), values));
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("no safetensors header", e);
    }
    return new File(tensors, metadata);
  }

  private static Stored stored(String name, JsonNode described, ByteBuffer values) {
    String type = described.path("dtype").asText();
    long[] shape = new long[described.path("shape").size()];
    double size = 1; // a wrong header may say any number
    for (int i = 0; i < shape.length; i++) {
      shape[i] = described.path("shape").get(i).asLong(-1);
      size *= shape[i] < 0 ? Double.NaN : shape[i];
    }
    long from = described.path("data_offsets").path(0).asLong(-1);
    long to = described.path("data_offsets").path(1).asLong(-1);
    Integer width = WIDTHS.get(type);
    boolean fits =
        from >= 0
            && to >= from
            && to <= values.remaining()
            && (width == null || size * width == to - from);
    if (!fits) {
      throw new IllegalArgumentException(
          "the file ends before '" + name + "' does, or its header is wrong: " + described);
    }
    return new Stored(type, shape, values.slice((int) from, (int) (to - from)));
  }
}
