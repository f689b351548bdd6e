package org.kd4j.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.RunException;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.Toys;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.catalog.Results;
import org.kd4j.experiments.catalog.Setup;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.RunDirectory;
import org.kd4j.experiments.report.RunRecord;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.Studies;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyPlan;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudyRunner;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.StudyYaml;

/** {@code kd diff} and {@code kd reproduce}, on runs of a second. */
class ComparedRunsTest {
  private static final String TINY =
      "name: tiny\n"
          + "data: {set: 'strokes:10,train=300,test=100', train: all}\n"
          + "teacher: mlp:16\n"
          + "student: mlp:8\n"
          + "strategies: [scratch, offline]\n"
          + "seeds: 1\n"
          + "epochs: 1\n"
          + "teacherEpochs: 1\n";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path one;
  private String tiny = TINY;
  private UnaryOperator<Studies> studies = UnaryOperator.identity();

  private int kd(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false, 80);
    Application application =
        new Application(
            console,
            Map.of(),
            () -> Distillation.discovered(List.of(), List.of(new Toys())),
            known -> studies.apply(new StudyRunner(known, Map.of())),
            () -> List.of(new Pair(tiny)));
    return Kd.execute(application, arguments);
  }

  private Path run(String name, String... overrides) throws Exception {
    Path study = Files.writeString(folder.resolve("tiny.yaml"), TINY);
    Path run = folder.resolve(name);
    String[] flags = {
      "run", study.toString(), "--workers=1", "--store=" + folder.resolve("store"), "--out=" + run
    };
    String[] words = java.util.Arrays.copyOf(flags, flags.length + overrides.length);
    System.arraycopy(overrides, 0, words, flags.length, overrides.length);
    assertThat(kd(words)).as(err.toString()).isEqualTo(0);
    return run;
  }

  /** Another digit in the recorded results. */
  private static void tamper(Path run, String from, String to) throws Exception {
    Path file = run.resolve("run.json");
    String text = Files.readString(file);
    assertThat(text).containsPattern(from);
    Files.writeString(file, text.replaceFirst(from, to));
  }

  @BeforeEach
  void oneRun() throws Exception {
    one = run("one");
  }

  @Test
  void aRunDoesNotDifferFromItsRepetition() throws Exception {
    Path again = run("again");
    assertThat(kd("diff", one.toString(), again.toString())).isEqualTo(0);
    assertThat(out.toString().lines())
        .containsExactly(
            "Configuration: the same",
            "Versions: the same",
            "Results: the same in every bit, 2 trials");
  }

  @Test
  void whatDiffersIsNamed() throws Exception {
    Path other = run("other", "student=mlp:9", "strategies=[scratch, online]");
    tamper(other, "\"java\" : \"[^\"]*\"", "\"java\" : \"99\"");
    assertThat(kd("diff", one.toString(), other.toString())).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("student.network +mlp:8 +mlp:9")
        .containsPattern("strategies: offline +compared +—")
        .containsPattern("java +\\S.* 99")
        .containsPattern("scratch, seed 1: test accuracy 0\\.\\d{4} against 0\\.\\d{4}")
        .contains("complexity.parameters: ", "more")
        .contains("offline, seed 1: only in " + one, "online, seed 1: only in " + other);
  }

  @Test
  void ofWhatFailedNothingIsClaimed() throws Exception {
    tamper(one, "\"failures\" : \\[ \\]", "\"failures\" : [ \"echo, seed 1: diverged\" ]");
    assertThat(kd("diff", one.toString(), one.toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains("2 trials the same in every bit", "failed: echo, seed 1: diverged");
    assertThat(kd("reproduce", one.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("failed: echo, seed 1: diverged", "Not reproduced.");
  }

  @Test
  void aRecordIsReproducedBitForBit() throws Exception {
    assertThat(kd("reproduce", one.toString())).as(err.toString()).isEqualTo(0);
    assertThat(out.toString())
        .isEqualToNormalizingNewlines("Results: the same in every bit, 2 trials\nReproduced.\n");
    assertThat(err.toString()).doesNotContain("trained before");

    tamper(one, "(\"student/hard\" : \\d\\.)", "$10");
    assertThat(kd("reproduce", one.toString())).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("history\\[0].values.student/hard: \\d\\.0\\d+ \\| ")
        .contains("1 trial the same in every bit", "Not reproduced.");
  }

  @Test
  void anExperimentIsReproducedStudyByStudy() throws Exception {
    Path pair = folder.resolve("pair");
    String store = "--store=" + folder.resolve("store");
    assertThat(kd("run", "pair", "--budget=smoke", "--workers=1", store, "--out=" + pair))
        .as(err.toString())
        .isEqualTo(0);
    String said = out.toString();
    assertThat(kd("report", pair.toString())).as(err.toString()).isEqualTo(0);
    assertThat(out.toString()).isEqualTo(said);
    assertThat(kd("reproduce", pair.toString())).as(err.toString()).isEqualTo(0);
    String same = "Results: the same in every bit, 1 trial\n";
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            "study one\n" + same + "study two\n" + same + "Reproduced.\n");

    tamper(pair.resolve("two"), "(\"student/hard\" : \\d\\.)", "$10");
    assertThat(kd("reproduce", pair.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("study one\n" + same).endsWith("Not reproduced.\n");
  }

  @Test
  void aRunThatIsCompleteIsLeftAsItIs() throws Exception {
    String record = Files.readString(one.resolve("run.json"));
    assertThat(kd("resume", one.toString())).as(err.toString()).isEqualTo(0);
    assertThat(out.toString()).contains("offline").endsWith(one + System.lineSeparator());
    assertThat(one.resolve("run.json")).hasContent(record);
  }

  @Test
  void whatIsOnRecordStaysUntilARunThatGoesOnHasNewsOfIt() throws Exception {
    RunRecord first = RunDirectory.open(one).record();
    tamper(one, "COMPLETED", "INTERRUPTED");
    studies = Stopped::new;
    assertThat(kd("resume", one.toString())).isEqualTo(1);
    RunRecord stopped = RunDirectory.open(one).record();
    assertThat(stopped.status()).isEqualTo(RunRecord.Status.FAILED);
    assertThat(stopped.started()).isEqualTo(first.started());
    assertThat(stopped.commandLine()).isEqualTo(first.commandLine()).contains("run");
    assertThat(stopped.study().dataFingerprints()).containsExactly("train as read by now");
    assertThat(stopped.study().trials())
        .usingRecursiveComparison()
        .isEqualTo(first.study().trials());
    assertThat(stopped.study().trials()).hasSize(2);
    assertThat(stopped.study().failures()).containsExactly("offline, seed 1: no luck");

    studies = UnaryOperator.identity();
    assertThat(kd("resume", one.toString())).as(err.toString()).isEqualTo(0);
    RunRecord whole = RunDirectory.open(one).record();
    assertThat(whole.status()).isEqualTo(RunRecord.Status.COMPLETED);
    assertThat(whole.started()).isEqualTo(first.started());
    assertThat(whole.commandLine()).isEqualTo(first.commandLine());
    assertThat(whole.study().failures()).isEmpty();
    assertThat(whole.study().dataFingerprints()).isEqualTo(first.study().dataFingerprints());
  }

  /** A study in which a trial fails, and then everything. */
  private record Stopped(Studies of) implements Studies {
    @Override
    public StudyResult run(StudySpec spec, RunSettings settings, StudyListener listener) {
      listener.data(List.of("train as read by now"));
      listener.planned(2, 2);
      listener.trialFailed(spec.strategies().get(1), 1, "no luck");
      throw new RunException("the power went");
    }

    @Override
    public StudyPlan plan(StudySpec spec, RunSettings settings, StudyListener listener) {
      return of.plan(spec, settings, listener);
    }

    @Override
    public Map<StrategyChoice, Double> validate(
        StudySpec spec, RunSettings settings, StudyListener listener) {
      return of.validate(spec, settings, listener);
    }

    @Override
    public List<Unfit> unfit(StudySpec spec, RunSettings settings, StudyListener listener) {
      return of.unfit(spec, settings, listener);
    }
  }

  @Test
  void whereATrialFailedIsInTheLogAndOnATerminalThatWantsMore() throws Exception {
    Path study = Files.writeString(folder.resolve("toys.yaml"), TINY.replace("offline", "echo"));
    Path run = folder.resolve("toys");
    PrintStream before = System.err;
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    System.setErr(new PrintStream(terminal, true, StandardCharsets.UTF_8));
    try {
      assertThat(kd("run", study.toString(), "--no-store", "-v", "--out=" + run)).isEqualTo(1);
    } finally {
      System.setErr(before);
      Logging.verbose(false);
    }
    String where = "at org.kd4j.experiments.Toys$Echo";
    assertThat(Files.readString(run.resolve("run.log"))).contains("echo, seed 1: failed", where);
    assertThat(terminal.toString(StandardCharsets.UTF_8)).contains(where);
    assertThat(err.toString())
        .contains(
            "note: echo cannot be planned: java.lang.IllegalStateException: toys do not train")
        .contains("echo, seed 1: failed, ", ": java.lang.IllegalStateException: toys do not train");
  }

  /** Two studies of a second. */
  private record Pair(String tiny) implements Experiment {
    @Override
    public String name() {
      return "pair";
    }

    @Override
    public String summary() {
      return "whether two come out again";
    }

    @Override
    public List<StudySpec> studies(Setup setup) {
      return Stream.of("one", "two")
          .map(
              name ->
                  StudyYaml.read(
                      Distillation.discovered(),
                      tiny.replace("tiny", name).replace(", offline", ""),
                      name))
          .toList();
    }

    @Override
    public Findings findings(Results results) {
      Findings.Table table =
          Findings.Table.of("both", Findings.Scale.ERRORS)
              .row("one", "", results.errors("one", "scratch"))
              .row("two", "", results.errors("two", "scratch"), "one");
      return new Findings(List.of(table), List.of(), "everything");
    }
  }

  @Test
  void damagedDirectoriesAreToldByWhatIsWrong() throws Exception {
    Path none = folder.resolve("none");
    for (String command : new String[] {"report", "resume", "reproduce"}) {
      assertThat(kd(command, none.toString())).as(command).isEqualTo(2);
      assertThat(err.toString()).contains("'" + none + "' is not a run's directory");
    }
    Path file = one.resolve("run.json");
    byte[] whole = Files.readAllBytes(file);
    String[] damages = {
      new String(whole, StandardCharsets.UTF_8).substring(0, whole.length / 2),
      "",
      "[]",
      "{}",
      "{\"schema\": 2}",
      "{\"schema\": 2, \"status\": \"COMPLETED\", \"study\": {\"trials\": 5}}"
    };
    for (String damage : damages) {
      Files.writeString(file, damage);
      for (String command : new String[] {"report", "resume", "reproduce"}) {
        assertThat(kd(command, one.toString())).as(command + " " + damage).isEqualTo(2);
        assertThat(err.toString()).as(damage).startsWith(file + " is damaged: ");
      }
      assertThat(kd("diff", one.toString(), one.toString())).isEqualTo(2);
    }
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThat(kd("diff", one.toString(), one.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("cannot be read: it is damaged, not UTF-8 text");
    Files.write(file, whole);
    assertThat(kd("reproduce", one.toString(), "--no-store")).isEqualTo(2);
    assertThat(err.toString()).contains("empty store of its own");
    Files.writeString(one.resolve("config.yaml"), "epochs: [");
    assertThat(kd("resume", one.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("config.yaml");
  }

  @Test
  void aSearchChoosesByValidationAndLeavesItsTable() throws Exception {
    String text =
        TINY.replace(
            "[scratch, offline]",
            "[{offline: {temperature: {from: 1, to: 20}}}]\n"
                + "search: {method: halving, candidates: 3}");
    Path study = Files.writeString(folder.resolve("search.yaml"), text);
    assertThat(kd("plan", study.toString(), "--no-store")).as(err.toString()).isEqualTo(0);
    assertThat(out.toString())
        .startsWith(
            "search   offline by validation accuracy: 3 candidates for 1 epoch, 1 candidate for 1"
                + " epoch; about");
    Path run = folder.resolve("searched");
    int status =
        kd(
            "run",
            study.toString(),
            "--workers=1",
            "--out=" + run,
            "--store=" + folder.resolve("store"));
    assertThat(status).as(err.toString()).isEqualTo(0);
    assertThat(out.toString()).contains("found by validation accuracy: offline temperature=");
    assertThat(Files.readAllLines(run.resolve("search.csv"))).hasSize(1 + 3 + 1);
    assertThat(Files.readString(run.resolve("config.yaml")))
        .containsPattern("offline: \\{temperature: [\\d.]+}")
        .doesNotContain("search:");
    assertThat(kd("plan", study.toString(), "data.validation=0")).isEqualTo(0);
    assertThat(kd("run", study.toString(), "data.validation=0")).isEqualTo(2);
    assertThat(err.toString()).contains("there are no validation samples");
  }

  /** As after an edit of its class, or on another branch. */
  @Test
  void anExperimentWhoseCodeChangedIsNeitherOverwrittenNorMistaken() throws Exception {
    Path run = folder.resolve("changed");
    String store = "--store=" + folder.resolve("store");
    assertThat(kd("run", "pair", "--budget=smoke", "--workers=1", store, "--out=" + run))
        .as(err.toString())
        .isEqualTo(0);
    Path record = run.resolve("one").resolve("run.json");
    String before = Files.readString(record);
    tiny = TINY.replace("epochs: 1\n", "epochs: 2\n");
    for (String command : new String[] {"resume", "report"}) {
      assertThat(kd(command, run.toString())).as(command).isEqualTo(2);
      assertThat(err.toString())
          .contains("study 'one' in '" + run.resolve("one") + "' is not the one that pair has now")
          .contains("into a new directory, 'kd run pair --budget smoke', or check out the commit");
      assertThat(Files.readString(record)).isEqualTo(before);
    }
    tiny = TINY;
    assertThat(kd("resume", run.toString())).as(err.toString()).isEqualTo(0);
    Files.move(run.resolve("two"), folder.resolve("elsewhere"));
    assertThat(kd("report", run.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("study 'two' of '" + run + "' has not ended");
    assertThat(run.resolve("two")).doesNotExist();
  }

  @Test
  void aStudyOfTheBaselineAloneComparesNothing() throws Exception {
    for (String rows : new String[] {"[]", "[scratch]"}) {
      Path study = folder.resolve("alone.yaml");
      Files.writeString(study, TINY.replace("[scratch, offline]", rows));
      for (String command : new String[] {"run", "plan"}) {
        assertThat(kd(command, study.toString(), "--no-store")).as(command + rows).isEqualTo(2);
        assertThat(err.toString())
            .contains("'" + study + "' compares nothing: its one row is the baseline, scratch")
            .contains("as in 'strategies: [offline]' ('kd strategies' lists them)");
      }
    }
    assertThat(kd("compare", "scratch", "--data=strokes:10,train=300,test=100")).isEqualTo(2);
    assertThat(err.toString()).contains("'scratch' compares nothing", "'kd compare offline'");
  }

  @Test
  void hoursAreAskedFor() throws Exception {
    Path study = folder.resolve("tiny.yaml");
    String out = "--out=" + folder.resolve("long");
    assertThat(kd("run", study.toString(), "--no-store", "epochs=100000000", out)).isEqualTo(2);
    assertThat(err.toString()).contains("this would take about", "--yes");
    assertThat(folder.resolve("long")).doesNotExist();
  }
}
