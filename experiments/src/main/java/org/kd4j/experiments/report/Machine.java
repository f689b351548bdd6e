package org.kd4j.experiments.report;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import oshi.SystemInfo;
import oshi.hardware.HardwareAbstractionLayer;

/** The machine a run is on, and the versions of kd4j and Java. */
final class Machine {
  private Machine() {}

  static SortedMap<String, String> versions() {
    SortedMap<String, String> versions = new TreeMap<>();
    String kd4j = Machine.class.getPackage().getImplementationVersion();
    versions.put("kd4j", kd4j == null ? "not packaged" : kd4j);
    versions.put("java", Runtime.version() + ", " + System.getProperty("java.vendor"));
    return versions;
  }

  /** Operating system, processor, memory; where the platform does not tell, what Java knows. */
  static SortedMap<String, String> facts() {
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("arch", System.getProperty("os.arch"));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    try {
      HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
      facts.put("cpu", hardware.getProcessor().getProcessorIdentifier().getName().strip());
      double gib = hardware.getMemory().getTotal() / (double) (1L << 30);
      facts.put("memory", String.format(Locale.ROOT, "%.1f GiB", gib));
    } catch (RuntimeException | LinkageError e) {
      facts.put("cpu", "unknown (" + e.getClass().getSimpleName() + ")");
    }
    return facts;
  }
}
