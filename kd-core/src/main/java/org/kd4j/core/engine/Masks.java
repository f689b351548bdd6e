package org.kd4j.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.IntBuffer;
import org.kd4j.core.base.Draws;

/**
 * Dropout masks made on the host from counter-based draws. The engine's own dropout hangs on one
 * process-wide generator (unrepeatable with two threads) and takes several times as long.
 */
public final class Masks {
  /** Words of 64 bits to a block; each decides four elements, and a block stays in the L1 cache. */
  private static final int WORDS = 512;

  private static final ThreadLocal<int[][]> SCRATCH =
      ThreadLocal.withInitial(
          () -> new int[][] {new int[WORDS], new int[WORDS], new int[4 * WORDS]});

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
    int kept = Float.floatToRawIntBits(1 / keep);
    if (!Native.onHost(manager)) {
      int[] all = new int[size];
      fill(IntBuffer.wrap(all), size, threshold, kept, draws);
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = Float.intBitsToFloat(all[i]);
      }
      return manager.create(values, shape);
    }
    NDArray mask = Native.empty(manager, shape);
    fill(Native.bytes(mask).asIntBuffer(), size, threshold, kept, draws);
    return mask;
  }

  /**
   * Bits of floats, without a branch: a coin toss cannot be predicted, and a mispredicted branch
   * per element is four times as slow. The four quarters of a block take the four parts of its
   * words, so that the loops run over neighbours and are vectorised.
   */
  private static void fill(IntBuffer target, int size, int threshold, int kept, Draws draws) {
    int[][] scratch = SCRATCH.get();
    int[] low = scratch[0];
    int[] high = scratch[1];
    int[] values = scratch[2];
    long counter = 0;
    for (int at = 0; at < size; at += 4 * WORDS) {
      int length = Math.min(4 * WORDS, size - at);
      int words = (length + 3) >>> 2;
      for (int i = 0; i < words; i++) {
        long bits = draws.bits(counter + i);
        low[i] = (int) bits;
        high[i] = (int) (bits >>> 32);
      }
      counter += words;
      halves(low, values, 0, words, threshold, kept);
      halves(high, values, 2 * words, words, threshold, kept);
      target.put(at, values, 0, length);
    }
  }

  private static void halves(
      int[] words, int[] values, int first, int count, int threshold, int kept) {
    for (int i = 0; i < count; i++) {
      values[first + i] = ((words[i] & 0xffff) - threshold) >> 31 & kept;
    }
    int second = first + count;
    for (int i = 0; i < count; i++) {
      values[second + i] = ((words[i] >>> 16) - threshold) >> 31 & kept;
    }
  }
}
