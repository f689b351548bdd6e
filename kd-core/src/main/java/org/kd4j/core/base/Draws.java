package org.kd4j.core.base;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Random numbers as a pure function of (seed, purpose, key, counter): no generator has state, so
 * there is nothing to save at a checkpoint, nothing to race between threads, and a run killed
 * anywhere draws on as if it had never stopped.
 *
 * <p>The words are hashed (SHA-256, first 64 bits) to a key; counter {@code c} then yields the
 * {@code c}-th output of SplitMix64 started at that key (G. Steele, D. Lea, C. Flood, "Fast
 * splittable pseudorandom number generators", OOPSLA 2014). Transcendental functions are {@link
 * StrictMath}'s, so the numbers are the same on every platform.
 *
 * @param key the 64-bit key all draws hang on
 */
public record Draws(long key) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /**
   * The draws for a purpose.
   *
   * @param seed the trial's seed, or a data set's own
   * @param purpose what the draws are for: {@code init}, {@code order}, {@code dropout} …
   * @param words what tells these draws from others of the same purpose
   * @return the draws
   */
  public static Draws of(long seed, String purpose, Object... words) {
    StringBuilder text = new StringBuilder().append(seed).append('\u0000').append(purpose);
    for (Object word : words) {
      text.append('\u0000').append(word);
    }
    byte[] hash = sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8));
    long key = 0;
    for (int i = 0; i < 8; i++) {
      key = key << 8 | (hash[i] & 0xff);
    }
    return new Draws(key);
  }

  /** Draws that hang on these and a number: cheap, for use per sample or per step. */
  public Draws at(long index) {
    return new Draws(mix(key ^ mix(index + GOLDEN)));
  }

  /** 64 random bits. */
  public long bits(long counter) {
    return mix(key + (counter + 1) * GOLDEN);
  }

  /** Uniform on [0, 1), 53 bits. */
  public double uniform(long counter) {
    return (bits(counter) >>> 11) * 0x1.0p-53;
  }

  /** Uniform on [low, high). */
  public double uniform(long counter, double low, double high) {
    return low + (high - low) * uniform(counter);
  }

  /** Standard normal (Box and Muller), of two bit words of its own. */
  public double gaussian(long counter) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(2 * counter)));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform(2 * counter + 1));
  }

  /**
   * Uniform on 0 … bound−1 by multiplication of 32 bits; the bias, below bound/2³², is beyond what
   * any sample here could show.
   */
  public int below(long counter, int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("nothing is below the bound " + bound);
    }
    return (int) ((bits(counter) >>> 32) * bound >>> 32);
  }

  /** A uniform permutation of 0 … n−1 (Fisher and Yates). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = below(i, i + 1);
      int held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }

  /** SplitMix64's finaliser. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
