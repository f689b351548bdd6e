package org.kd4j.experiments.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.EngineReport;
import org.kd4j.core.engine.Engines;

/**
 * The same step in eager PyTorch, its teacher run each step: a script of Python's, in a process of
 * its own that has the settings of allocator and threads we have.
 */
final class Yardstick {
  private static final String SCRIPT = "eager_kd.py";
  private static final String RESULT = "median=";

  private final String python;
  private final String network;
  private final EngineReport engine;

  /**
   * @param python the command
   * @param network which step
   * @param engine ours, as it was started
   */
  Yardstick(String python, String network, EngineReport engine) {
    this.python = python;
    this.network = network;
    this.engine = engine;
  }

  /** Seconds a step, the median of three short measurements. */
  double seconds(int steps) {
    int part = Math.max(1, steps / 3);
    ProcessBuilder builder =
        new ProcessBuilder(
            python,
            "-",
            "--network",
            network,
            "--warmup",
            "" + Math.min(30, part),
            "--steps",
            "" + part,
            "--repeats",
            "3",
            "--threads",
            "" + engine.threads());
    Map<String, String> environment = builder.environment();
    environment.put("OMP_NUM_THREADS", "" + engine.threads());
    if (engine.tuned(Engines.WAITING)) {
      environment.put("OMP_WAIT_POLICY", "PASSIVE");
    }
    if (engine.tuned(Engines.MEMORY)) {
      environment.put("MALLOC_MMAP_THRESHOLD_", "" + (1 << 30));
      environment.put("MALLOC_TRIM_THRESHOLD_", "" + Integer.MAX_VALUE);
    }
    String said = output(builder.redirectErrorStream(true));
    List<String> results =
        said.lines()
            .filter(l -> l.startsWith(RESULT))
            .map(l -> l.substring(RESULT.length()))
            .toList();
    if (results.size() != 1) {
      throw new RunException(
          "The yardstick, run by '"
              + python
              + "', did not end well. It needs PyTorch. It said:\n"
              + said);
    }
    return 1 / Double.parseDouble(results.get(0));
  }

  /** Runs the script, which Python reads from its standard input. */
  private String output(ProcessBuilder builder) {
    try (InputStream script = Yardstick.class.getResourceAsStream(SCRIPT)) {
      if (script == null) {
        throw new IllegalStateException(SCRIPT + " is not on the class path");
      }
      Process process = start(builder);
      try (OutputStream in = process.getOutputStream()) {
        in.write(script.readAllBytes());
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return said;
    } catch (IOException e) {
      throw new RunException("'" + python + "' broke off: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunException("The yardstick was interrupted.", e);
    }
  }

  private Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UsageException(
          "Cannot start '"
              + python
              + "': "
              + e.getMessage()
              + ". Name a Python with PyTorch by --against.",
          e);
    }
  }
}
