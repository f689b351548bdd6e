package org.kd4j.experiments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.core.wiring.StrategyModule;
import org.kd4j.experiments.report.Tables;
import org.kd4j.experiments.report.TerminalTable;
import org.kd4j.experiments.study.Defaults;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudyRunner;
import org.kd4j.experiments.study.StudySpec;
import tech.tablesaw.api.Table;

/**
 * A comparison of strategies on one task over several seeds, from Java: say what is to differ, run,
 * read tables. Networks, split, rows and seeds are those of {@code kd compare} unless said
 * otherwise. Other than there, nothing is kept from one comparison to the next unless a {@link
 * Plan#store store} is named, and one thread trains unless there are to be more {@link Plan#workers
 * workers}.
 *
 * <pre>{@code
 * Comparison done = Comparison.on("strokes").student("mlp:50").strategies("scratch", "offline").run();
 * System.out.println(done.summary());
 * }</pre>
 */
public final class Comparison {
  private final StudyResult result;

  private Comparison(StudyResult result) {
    this.result = result;
  }

  /**
   * Begins a comparison.
   *
   * @param data for example {@code strokes}, {@code mnist}, {@code csv:digits.csv,label=digit}
   */
  public static Plan on(String data) {
    return new Plan(data);
  }

  /** One row per trial: measures on the test split, cost, seeds. */
  public Table trials() {
    return Tables.trials(result);
  }

  /** One row per strategy and options: means, intervals, differences to scratch paired by seed. */
  public Table summary() {
    return Tables.summary(result);
  }

  /** Trials that failed and why, a line each: they are missing in the tables. */
  public List<String> failures() {
    return result.failures();
  }

  /** Everything that was recorded. */
  public StudyResult result() {
    return result;
  }

  /** The summary as the command line prints it, and below it what failed. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(TerminalTable.render(result, false));
    result.failures().forEach(failure -> text.append("failed: ").append(failure).append('\n'));
    return text.toString();
  }

  /** What is to be compared; each method returns this. */
  public static final class Plan {
    private final String data;
    private NetworkPlan teacher;
    private NetworkPlan student;
    private final List<StrategyChoice> strategies = new ArrayList<>();
    private final List<StrategyModule> modules = new ArrayList<>();
    private SplitSpec split = SplitSpec.DEFAULT;
    private int seeds = Defaults.SEEDS;
    private Optional<Path> dataDirectory = Optional.empty();
    private Optional<Path> store = Optional.empty();
    private String device = "cpu";
    private boolean download;
    private int workers = 1;

    private Plan(String data) {
      this.data = data;
      String source = SpecText.parse(data).head();
      this.teacher = Defaults.teacher(source);
      this.student = Defaults.student(source);
      Defaults.train(source).ifPresent(this::train);
    }

    /** The standard teacher's network: {@code mlp:400-400,dropout=0.3}. */
    public Plan teacher(String network) {
      return teacher(teacher.withNetwork(network));
    }

    /** The standard teacher, completely. */
    public Plan teacher(NetworkPlan plan) {
      this.teacher = plan;
      return this;
    }

    /** The student's network. */
    public Plan student(String network) {
      return student(student.withNetwork(network));
    }

    /** The student, completely. */
    public Plan student(NetworkPlan plan) {
      this.student = plan;
      return this;
    }

    /**
     * The rows, as people write them: {@code "offline"}, {@code "offline temperature=8"}. The
     * baseline {@code scratch} is the row the others are compared with.
     */
    public Plan strategies(String... rows) {
      for (String row : rows) {
        strategies.add(StrategyChoice.parse(row));
      }
      return this;
    }

    /** Strategies, networks and data of your own, beside those on the class path. */
    public Plan module(StrategyModule module) {
      modules.add(module);
      return this;
    }

    /** How many seeds: 1, 2, … */
    public Plan seeds(int count) {
      this.seeds = count;
      return this;
    }

    /** Epochs of the student and of the teacher. */
    public Plan epochs(int ofStudent, int ofTeacher) {
      student = student.withEpochs(ofStudent);
      teacher = teacher.withEpochs(ofTeacher);
      return this;
    }

    /** How many training rows are drawn. */
    public Plan train(int rows) {
      return split(split.withTrain(Optional.of(rows)));
    }

    /** How the data is cut, completely. */
    public Plan split(SplitSpec spec) {
      this.split = spec;
      return this;
    }

    /** Where named sets lie; else the directory {@code KD_DATA} names. */
    public Plan dataDirectory(Path directory) {
      this.dataDirectory = Optional.of(directory);
      return this;
    }

    /**
     * Keeps trained phases, and takes those that are there. Without it, trials share what they have
     * in common, a seed's teacher above all, and nothing is kept when the comparison is done.
     */
    public Plan store(Path directory) {
      this.store = Optional.of(directory);
      return this;
    }

    /**
     * How many threads train: trials, and phases of a trial that do not need each other. One, if
     * nobody says.
     */
    public Plan workers(int count) {
      this.workers = count;
      return this;
    }

    /** Trains there: {@code cpu} (the default), {@code gpu} or {@code gpu1}. */
    public Plan device(String name) {
      this.device = name;
      return this;
    }

    /** Fetches a named set that is missing. */
    public Plan download() {
      this.download = true;
      return this;
    }

    /**
     * Runs all trials. One that fails does not take the others with it: see {@link #failures}.
     *
     * @throws RunException if no trial came to its end
     */
    public Comparison run() {
      return run(StudyListener.NONE);
    }

    /**
     * Runs all trials while somebody watches.
     *
     * @throws RunException if no trial came to its end
     */
    public Comparison run(StudyListener listener) {
      Distillation distillation = Distillation.discovered(List.of(), modules);
      List<StrategyChoice> rows =
          strategies.isEmpty()
              ? Defaults.comparison(distillation.strategies()).stream()
                  .map(StrategyChoice::of)
                  .toList()
              : strategies;
      UsageException.require(seeds >= 1, "a comparison needs at least one seed, was %d", seeds);
      StudySpec spec =
          new StudySpec(
              "comparison",
              data,
              split,
              teacher,
              student,
              rows,
              LongStream.rangeClosed(1, seeds).boxed().toList(),
              Optional.empty(),
              0);
      RunSettings settings = new RunSettings(dataDirectory, download, store, workers, device, true);
      StudyResult result =
          new StudyRunner(distillation, System.getenv()).run(spec, settings, listener);
      if (result.trials().isEmpty()) {
        throw new RunException(
            "No trial came to its end, of "
                + result.failures().size()
                + " that were begun. The first: "
                + result.failures().get(0));
      }
      return new Comparison(result);
    }
  }
}
