package org.kd4j.experiments.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.kd4j.core.base.UsageException;
import org.kd4j.experiments.report.RunDirectory;
import org.kd4j.experiments.report.RunRecord;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StudyDraft;
import org.kd4j.experiments.study.StudySpec;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Goes on with a run that was stopped. */
@Command(
    name = "resume",
    header = "Go on with a run that was stopped, in its own directory.",
    description =
        "%nFinished phases are read from the store, unfinished ones go on from their last checkpoint; the result is that of a run that was never stopped. Of a run that is complete nothing is trained: its table is printed. Settings are those of the run unless flags say otherwise.%n",
    sortOptions = false,
    abbreviateSynopsis = true)
final class Resume implements Callable<Integer> {
  private final Application application;

  @Parameters(paramLabel = "DIR", description = "The run's directory.")
  String directory = "";

  @Option(names = "--timings", description = "Print where the time went.")
  boolean timings;

  @ArgGroup(exclusive = false, heading = "%nHow it runs%n")
  RunFlags run = new RunFlags();

  Resume(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    Path path = Application.path("DIR", directory);
    OutFlags out = new OutFlags();
    out.timings = timings;
    if (RunDirectory.isExperiment(path)) {
      RunDirectory of = new RunDirectory(path);
      RunSettings settings = run.settings(application, of.experiment().settings());
      return new ExperimentRun(application, settings, out, Optional.empty()).resume(of);
    }
    RunDirectory of = RunDirectory.open(path);
    RunRecord record = of.record();
    StudySpec spec =
        StudyDraft.of(application.distillation(), path.resolve("config.yaml")).complete();
    UsageException.require(
        record.study().spec().equals(spec),
        "'%s' is not the study that %s records, and no run is overwritten by another; 'kd run %s'"
            + " runs it in a directory of its own",
        path.resolve("config.yaml"),
        path.resolve("run.json"),
        path.resolve("config.yaml"));
    RunSettings settings = run.settings(application, record.settings());
    if (settings.store().isEmpty() && record.status() != RunRecord.Status.COMPLETED) {
      application.say("The run keeps no store: everything is trained again.");
    }
    return new StudyRun(application, settings, out).resume(record, of);
  }
}
