package org.kd4j.experiments.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kd4j.experiments.catalog.Budget;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.StudyYaml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists experiments, or shows the study of one. */
@Command(
    name = "experiments",
    header = "List experiments; with a name: its study, as a file for 'kd run'.",
    description = "")
final class Experiments implements Callable<Integer> {
  private final Application application;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "An experiment.")
  @Nullable String name;

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      description = "smoke, quick or paper. Default: quick.")
  Budget budget = Budget.QUICK;

  Experiments(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    Console console = application.console();
    List<Experiment> all = application.experiments();
    if (name != null) {
      Experiment experiment = Experiment.named(name, all);
      List<StudySpec> studies =
          experiment.studies(
              ExperimentRun.setup(application, new RunFlags().settings(application), budget));
      console.print("# " + experiment.name() + ": " + experiment.summary());
      console.print("# budget " + budget + "; run by: kd run " + name + " --budget " + budget);
      for (int i = 0; i < studies.size(); i++) {
        if (studies.size() > 1) {
          console.print(i == 0 ? "# " + studies.size() + " studies" : "---");
        }
        console.print(StudyYaml.write(studies.get(i)).stripTrailing());
      }
      return Errors.OK;
    }
    List<List<String>> rows = new ArrayList<>();
    all.forEach(experiment -> rows.add(List.of(experiment.name(), experiment.summary())));
    Words.columns(rows).forEach(console::print);
    application.say(all.isEmpty() ? "There are no experiments." : "");
    application.say("'kd run NAME' runs one; 'kd run FILE.yaml' a study of your own.");
    return Errors.OK;
  }
}
