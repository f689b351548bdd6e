package org.kd4j.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Operations of the PyTorch engine that DJL's {@link NDArray} does not show, or shows slowly. */
public final class Native {
  private Native() {}

  /**
   * Gathers rows of a matrix of any type.
   *
   * @param manager the manager the result joins
   * @param matrix (n, width)
   * @param index INT64 (k)
   * @return (k, width)
   */
  public static NDArray rows(NDManager manager, NDArray matrix, NDArray index) {
    NDArray rows = JniUtils.embedding((PtNDArray) index, (PtNDArray) matrix, false);
    rows.attach(manager);
    return rows;
  }

  /** An array of undefined content, to be written at once. */
  public static NDArray empty(NDManager manager, Shape shape) {
    return manager.create(shape, DataType.FLOAT32);
  }

  /**
   * An array of whole numbers. On the host they are put where they belong; the engine's own way
   * goes through a direct buffer, which waits for a garbage collection.
   *
   * @param manager the manager the result joins
   * @param values row-major
   * @param shape of the result
   * @return INT64
   */
  public static NDArray longs(NDManager manager, long[] values, Shape shape) {
    if (!onHost(manager)) {
      return manager.create(values, shape);
    }
    NDArray array = manager.create(shape, DataType.INT64);
    bytes(array).asLongBuffer().put(values);
    return array;
  }

  /** Whether an array lives in memory the JVM can reach. */
  public static boolean onHost(NDArray array) {
    return array.getDevice().equals(Device.cpu());
  }

  /** Whether a manager's arrays live in memory the JVM can reach. */
  static boolean onHost(NDManager manager) {
    return manager.getDevice().equals(Device.cpu());
  }

  /** A window on a contiguous CPU array's own memory; valid while the array is open. */
  public static ByteBuffer bytes(NDArray array) {
    return JniUtils.getByteBuffer((PtNDArray) array, true);
  }

  /** A window on a contiguous CPU array's own memory; valid while the array is open. */
  static FloatBuffer floats(NDArray array) {
    return bytes(array).asFloatBuffer();
  }

  /**
   * Copies an array of floats out of the engine.
   *
   * @param array FLOAT32, any device
   * @return its values, row-major
   */
  public static float[] read(NDArray array) {
    float[] values = new float[Math.toIntExact(array.size())];
    values(array).get(values);
    return values;
  }

  /**
   * An array's values where they lie: on the host a window on its own memory, valid while the array
   * is open and as long as nobody changes it; from other devices a copy.
   *
   * @param array FLOAT32, contiguous
   * @return its values, row-major
   */
  public static FloatBuffer values(NDArray array) {
    return onHost(array) ? floats(array) : FloatBuffer.wrap(array.toFloatArray());
  }

  /**
   * Memory of the host outside of Java's heap, of undefined content. Unlike a direct buffer, which
   * waits for a garbage collection, it is freed with its manager.
   *
   * @param manager whose lifetime it takes; of any device
   * @param bytes how much
   * @return an array of so many bytes; {@link #bytes} is the window on it
   */
  public static NDArray memory(NDManager manager, int bytes) {
    return manager.create(new Shape(bytes), DataType.UINT8, Device.cpu());
  }

  /**
   * Overwrites an array in place, outside any graph.
   *
   * @param array FLOAT32
   * @param values as many as it holds
   */
  public static void write(NDArray array, float[] values) {
    if (onHost(array)) {
      floats(array).put(values);
    } else {
      array.set(values);
    }
  }

  /**
   * Overwrites rows of a matrix that follow each other, in place, outside any graph.
   *
   * @param matrix FLOAT32 (n, width)
   * @param from the first of the rows
   * @param values (rows…), as wide together as a row each; more than there is room for are left
   */
  public static void writeRows(NDArray matrix, int from, NDArray values) {
    int width = Math.toIntExact(matrix.getShape().get(1));
    int count = (int) Math.min(values.getShape().get(0), matrix.getShape().get(0) - from);
    if (onHost(matrix)) {
      floats(matrix).position(from * width).put(values.toFloatArray(), 0, count * width);
    } else {
      NDArray rows = values.reshape(-1, width).get(new NDIndex("0:{}", count));
      matrix.set(new NDIndex("{}:{}", from, from + count), rows);
    }
  }

  /** Whether two arrays are equal bit for bit (NaN equals NaN). */
  public static boolean sameBits(NDArray a, NDArray b) {
    return a.toByteBuffer().equals(b.toByteBuffer());
  }
}
