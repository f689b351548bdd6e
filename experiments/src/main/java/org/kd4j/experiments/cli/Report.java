package org.kd4j.experiments.cli;

import java.util.concurrent.Callable;
import org.kd4j.experiments.report.RunDirectory;
import org.kd4j.experiments.report.RunRecord;
import org.kd4j.experiments.report.TerminalTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes table and report of a run anew, from its record. */
@Command(
    name = "report",
    header = "Print a run's table and make its report anew, from its record.",
    description = "")
final class Report implements Callable<Integer> {
  private final Application application;

  @Parameters(paramLabel = "DIR", description = "The run's directory.")
  String directory = "";

  Report(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    Console console = application.console();
    RunDirectory run = RunDirectory.open(Application.path("DIR", directory));
    RunRecord record = run.record();
    run.remake(record);
    if (record.study().trials().isEmpty()) {
      console.print("No trial has ended yet.");
    } else {
      TerminalTable.render(record.study(), console.live()).lines().forEach(console::print);
    }
    record.study().failures().forEach(failure -> console.say("failed: " + failure));
    console.print("");
    console.print(run.report().toString());
    return Errors.OK;
  }
}
