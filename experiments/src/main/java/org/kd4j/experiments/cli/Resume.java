package org.kd4j.experiments.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
        "%nFinished phases are read from the store, unfinished ones go on from their last checkpoint; the result is that of a run that was never stopped. Settings are those of the run unless flags say otherwise.%n",
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
    Map<String, String> recorded = record.settings();
    RunSettings settings = run.settings(application, recorded);
    if (settings.store().isEmpty()) {
      application.say("The run keeps no store: everything is trained again.");
    }
    return new StudyRun(application, settings, out).resume(spec, of);
  }
}
