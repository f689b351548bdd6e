package org.kd4j.core.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What machine this is, as far as the native libraries care. */
final class Platform {
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  private Platform() {}

  static boolean linux() {
    return System.getProperty("os.name").startsWith("Linux");
  }

  static boolean x86() {
    return Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
  }

  /** Family of the operating system and instruction set: PyTorch is another build on each. */
  static String name() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String family = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "mac" : os;
    return family + "-" + (x86() ? "x86_64" : System.getProperty("os.arch"));
  }

  /** A line of the first processor in {@code /proc/cpuinfo}; empty where there is no such thing. */
  static Optional<String> processor(String key) {
    return lines(PROCESSOR).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  /** What the processor is called. */
  static String processorName() {
    return processor("model name")
        .orElse(Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")).orElse("unknown"));
  }

  /** Who made the processor, in its own word: {@code GenuineIntel}; empty where it is not told. */
  static String vendor() {
    String windows = Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")).orElse("");
    return processor("vendor_id").orElse(windows.substring(windows.lastIndexOf(',') + 1).strip());
  }

  /** The vector instructions PyTorch picks its kernels by, from the processor's flags. */
  static String capability() {
    String forced = System.getenv("ATEN_CPU_CAPABILITY");
    if (forced != null && !forced.isEmpty()) {
      return forced.toUpperCase(Locale.ROOT);
    }
    if (!x86()) {
      return "DEFAULT";
    }
    Set<String> flags = flags();
    if (flags.isEmpty()) {
      return "unknown";
    }
    if (flags.containsAll(List.of("avx512f", "avx512vl", "avx512bw", "avx512dq", "fma"))) {
      return "AVX512";
    }
    return flags.containsAll(List.of("avx2", "fma")) ? "AVX2" : "DEFAULT";
  }

  /** The instruction sets the processor names; empty where they cannot be known. */
  static Set<String> flags() {
    return processor("flags").map(f -> Set.of(f.split("\\s+"))).orElse(Set.of());
  }

  /** The lines of a file of the system; none where it cannot be read. */
  static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
