package org.kd4j.experiments.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The place of benchmarks: each is a command of its own below it. */
@Command(
    name = "bench",
    header = "Measure speed.",
    description = "",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands%n")
final class Bench implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandLine command = spec.commandLine();
    command.usage(command.getOut());
    return Errors.OK;
  }
}
