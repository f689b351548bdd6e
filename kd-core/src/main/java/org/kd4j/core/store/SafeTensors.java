package org.kd4j.core.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
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
      String text = JSON.writeValueAsString(header);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return (text + " ".repeat((8 - bytes.length % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a header of texts and numbers is JSON", e);
    }
  }

  /**
   * Reads what {@link #encode} wrote, or any safetensors of floats.
   *
   * @param bytes the whole file
   * @return its content
   */
  public static SafeTensors decode(ByteBuffer bytes) {
    ByteBuffer all = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    byte[] head = new byte[Math.toIntExact(all.getLong())];
    all.get(head);
    SortedMap<String, Tensor> tensors = new TreeMap<>();
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
          tensors.put(field.getKey(), tensor(field.getValue(), all));
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("no safetensors header", e);
    }
    return new SafeTensors(tensors, metadata);
  }

  private static Tensor tensor(JsonNode described, ByteBuffer all) {
    if (!described.path("dtype").asText().equals("F32")) {
      throw new IllegalArgumentException(
          "only F32 tensors are read, was " + described.path("dtype"));
    }
    long[] shape = new long[described.path("shape").size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = described.path("shape").get(i).asLong();
    }
    int from = described.path("data_offsets").get(0).asInt();
    int to = described.path("data_offsets").get(1).asInt();
    float[] values = new float[(to - from) / 4];
    all.slice(all.position() + from, to - from)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return new Tensor(shape, values);
  }
}
