package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.engine.Native;
import org.kd4j.core.schedule.EpochMetrics;

/**
 * Where a phase stands between two steps: with the phase itself, all that decides every later bit.
 * There is no generator to save; every draw is a pure function.
 *
 * @param step updates done
 * @param seconds of wall time so far
 * @param stepSeconds of them inside steps, and in what guides said for them beforehand
 * @param history the epochs completed
 * @param arrays of every learner (network, adapters, optimiser, running sums) and its best weights
 */
record Checkpoint(
    long step,
    double seconds,
    double stepSeconds,
    List<EpochMetrics> history,
    SortedMap<String, float[]> arrays) {
  /** Bytes of arrays that one can hold: a buffer's, with room for what describes them. */
  static final long MOST_BYTES = Integer.MAX_VALUE - (1L << 24);

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The state as bytes; {@link #decode} reads them.
   *
   * @param arrays may be windows on the engine's memory: they are copied at once, and only once
   * @param room where to
   * @return a window on the room, valid until it is used again
   */
  static ByteBuffer encode(
      long step,
      double seconds,
      double stepSeconds,
      List<EpochMetrics> history,
      SortedMap<String, FloatBuffer> arrays,
      Room room) {
    SortedMap<String, String> texts = new TreeMap<>();
    texts.put("step", Long.toString(step));
    texts.put("seconds", Double.toString(seconds));
    texts.put("stepSeconds", Double.toString(stepSeconds));
    texts.put("history", historyText(history));
    return SafeTensors.encode(arrays, texts, room::of);
  }

  /** Memory for one checkpoint after the other, off the heap: a phase writes many, all alike. */
  static final class Room {
    /** Histories grow. */
    private static final int SPARE = 1 << 16;

    private final NDManager base;
    private @Nullable NDArray memory;

    /**
     * @param base whose lifetime it takes
     */
    Room(NDManager base) {
      this.base = base;
    }

    private ByteBuffer of(int bytes) {
      NDArray enough = memory;
      if (enough == null || enough.size() < bytes) {
        if (enough != null) {
          enough.close();
        }
        enough = Native.memory(base, Math.addExact(bytes, SPARE));
        memory = enough;
      }
      return Native.bytes(enough).limit(bytes);
    }
  }

  static Checkpoint decode(ByteBuffer bytes) {
    SafeTensors file = SafeTensors.decode(bytes);
    SortedMap<String, String> texts = file.metadata();
    return new Checkpoint(
        Long.parseLong(texts.get("step")),
        Double.parseDouble(texts.get("seconds")),
        Double.parseDouble(texts.get("stepSeconds")),
        history(texts.get("history")),
        file.values());
  }

  static String historyText(List<EpochMetrics> history) {
    try {
      return JSON.writeValueAsString(history);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a history is numbers", e);
    }
  }

  static List<EpochMetrics> history(String text) {
    try {
      return JSON.readValue(text, new TypeReference<List<EpochMetrics>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no history: " + e.getMessage(), e);
    }
  }
}
