package org.kd4j.core.engine;

import java.util.regex.Pattern;
import org.kd4j.core.base.UsageException;

/**
 * How the engine is to be started.
 *
 * @param threads within one operation (intra-op); another number gives other bits
 * @param nativeTuning whether settings of the native libraries may be changed: see {@link Engines}
 * @param download whether a missing native library may be fetched from DJL's host
 * @param device {@code cpu}, {@code gpu} (the first), {@code gpu0}, {@code gpu1} …
 */
public record EngineSettings(int threads, boolean nativeTuning, boolean download, String device) {
  private static final Pattern DEVICE = Pattern.compile("cpu|gpu\\d{0,3}");

  /** Checks what can be checked before the engine is there. */
  public EngineSettings {
    UsageException.require(threads >= 1, "threads must be 1 or more, was %d", threads);
    UsageException.require(
        DEVICE.matcher(device).matches(),
        "No device '%s'. Known: cpu, gpu (the first), gpu0, gpu1 ...",
        device);
  }

  /** One thread on the CPU, tuned, without a network. */
  public static EngineSettings defaults() {
    return new EngineSettings(1, true, false, "cpu");
  }

  /** The same on another number of threads. */
  public EngineSettings withThreads(int number) {
    return new EngineSettings(number, nativeTuning, download, device);
  }

  /** The same with native tuning on or off. */
  public EngineSettings withNativeTuning(boolean on) {
    return new EngineSettings(threads, on, download, device);
  }

  /** The same with downloads allowed or not. */
  public EngineSettings withDownload(boolean allowed) {
    return new EngineSettings(threads, nativeTuning, allowed, device);
  }

  /** The same on another device. */
  public EngineSettings withDevice(String name) {
    return new EngineSettings(threads, nativeTuning, download, name);
  }
}
