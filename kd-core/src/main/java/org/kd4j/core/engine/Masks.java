package org.kd4j.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.base.Draws;

/**
 * Dropout masks made on the host from counter-based draws. The engine's own dropout hangs on one
 * process-wide generator (unrepeatable with two threads) and takes several times as long.
 */
public final class Masks {
  private static final ThreadLocal<float[]> BUFFER = ThreadLocal.withInitial(() -> new float[1 << 16]);

  private Masks() {}

  /**
   * A mask of 0 and 1/keep, 16 bits of draw an element.
   *
   * @param manager the mask joins; on a device other than the CPU the same bits are copied there
   * @param shape of the mask
   * @param keep probability to keep
   * @param draws what it hangs on
   * @return FLOAT32
   */
  public static NDArray keep(NDManager manager, Shape shape, float keep, Draws draws) {
    int size = Math.toIntExact(shape.size());
    int threshold = Math.round(keep * 65536);
    float kept = 1 / keep;
    float[] values = BUFFER.get();
    if (values.length < size) {
      values = new float[size];
      BUFFER.set(values);
    }
    for (int i = 0, counter = 0; i < size; counter++) {
      long bits = draws.bits(counter);
      for (int end = Math.min(size, i + 4); i < end; i++, bits >>>= 16) {
        values[i] = (bits & 0xffff) < threshold ? kept : 0;
      }
    }
    if (!manager.getDevice().equals(Device.cpu())) {
      return manager.create(java.nio.FloatBuffer.wrap(values, 0, size), shape, DataType.FLOAT32);
    }
    NDArray mask = Native.empty(manager, shape);
    Native.floats(mask).put(values, 0, size);
    return mask;
  }
}
