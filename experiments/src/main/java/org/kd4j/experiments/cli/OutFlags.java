package org.kd4j.experiments.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a run leaves behind and prints, in flags. */
final class OutFlags {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run's directory; never overwritten. Default: runs/NAME-DATE-HASH.")
  @Nullable String out;

  @Option(names = "--yes", description = "Start even if it will take hours.")
  boolean yes;

  @Option(names = "--timings", description = "Print where the time went.")
  boolean timings;
}
