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

  NDArray array(String name) {
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

  void save(String prefix, Map<String, FloatBuffer> into) {
    arrays.forEach((name, array) -> into.put(prefix + name, Native.values(array)));
  }

  void load(SortedMap<String, float[]> saved) {
    arrays.values().forEach(NDArray::close);
    arrays.clear();
    saved.forEach(this::set);
  }
}
