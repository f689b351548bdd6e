package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.engine.Native;
import org.kd4j.core.objective.Memory;

/** A term's memory on a device. */
final class LiveMemory implements Memory {
  private final NDManager base;
  private final SortedMap<String, NDArray> arrays = new TreeMap<>();

  LiveMemory(NDManager base) {
    this.base = base;
  }

  @Override
  public void set(String name, float[] values) {
    NDArray before = arrays.put(name, base.create(values));
    if (before != null) {
      before.close();
    }
  }

  @Override
  public boolean has(String name) {
    return arrays.containsKey(name);
  }

  /**
   * An array as a step sees it: the same memory, with the step's manager, else what is made of it
   * would stay until the end of the phase.
   */
  NDArray seen(String name, NDManager step) {
    NDArray same = array(name).stopGradient();
    same.attach(step);
    return same;
  }

  private NDArray array(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalStateException(
          "a term asks its memory for '"
              + name
              + "', which it never set; it has "
              + arrays.keySet());
    }
    return array;
  }

  /** Overwrites rows of an array seen as a matrix as wide as the values. */
  void write(String name, int[] rows, NDArray values) {
    NDArray array = array(name);
    int width = Math.toIntExact(values.size() / rows.length);
    if (Native.onHost(array)) {
      FloatBuffer to = Native.values(array);
      FloatBuffer from = Native.values(values);
      for (int i = 0; i < rows.length; i++) {
        to.put(rows[i] * width, from, i * width, width);
      }
      return;
    }
    long[] index = new long[rows.length * width];
    for (int i = 0; i < index.length; i++) {
      index[i] = (long) rows[i / width] * width + i % width;
    }
    try (NDArray places = base.create(index)) {
      NDArray written = array.scatter(places, values.reshape(values.size()), 0);
      written.attach(base);
      arrays.put(name, written);
    }
    array.close();
  }

  void save(String prefix, Map<String, FloatBuffer> into) {
    arrays.forEach((name, array) -> into.put(prefix + name, Native.values(array)));
  }

  void load(SortedMap<String, float[]> saved) {
    arrays.values().forEach(NDArray::close);
    arrays.clear();
    saved.forEach(this::set);
  }
}
