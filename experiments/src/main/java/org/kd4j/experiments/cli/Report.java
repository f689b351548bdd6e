package org.kd4j.experiments.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kd4j.experiments.report.RunDirectory;
import org.kd4j.experiments.report.RunRecord;
import org.kd4j.experiments.report.TerminalTable;
import org.kd4j.experiments.study.RunSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes table and report of a run anew, from its record; of an experiment its findings too. */
@Command(
    name = "report",
    header = "Print a run's table and make its report anew, from its record.",
    description =
        "%nNothing is trained. Of an experiment the reports of its studies are made anew, and what they"
            + " come to.%n")
final class Report implements Callable<Integer> {
  private final Application application;

  @Parameters(paramLabel = "DIR", description = "The directory of a run or an experiment.")
  String directory = "";

  Report(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    Path path = Application.path("DIR", directory);
    if (RunDirectory.isExperiment(path)) {
      RunSettings settings = new RunFlags().settings(application);
      return new ExperimentRun(application, settings, new OutFlags(), Optional.empty())
          .report(new RunDirectory(path));
    }
    Console console = application.console();
    RunDirectory run = RunDirectory.open(path);
    RunRecord record = run.record();
    run.remake(record);
    if (record.study().trials().isEmpty()) {
      console.print("No trial has ended yet.");
    } else {
      TerminalTable.render(record.study(), console.coloured()).lines().forEach(console::print);
    }
    record.study().failures().forEach(failure -> console.say("failed: " + failure));
    console.print("");
    console.print(run.report().toString());
    return Errors.OK;
  }
}
