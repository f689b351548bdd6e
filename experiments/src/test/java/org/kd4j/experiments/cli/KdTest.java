package org.kd4j.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.Toys;
import org.kd4j.experiments.catalog.Budget;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.catalog.Results;
import org.kd4j.experiments.catalog.Setup;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.study.Defaults;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.Studies;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyPlan;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.StudyYaml;

class KdTest {
  private static final Distillation KNOWN = Toys.distillation();

  @TempDir Path folder;

  private final Told studies = new Told();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int kd(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false, 80);
    Application application =
        new Application(
            console,
            Map.of("KD_STORE", folder.resolve("store").toString()),
            () -> KNOWN,
            known -> studies,
            () -> List.of(new Family(), new Question()));
    int status = Kd.execute(application, arguments);
    console.out().flush();
    console.err().flush();
    return status;
  }

  private void says(int status, String output, String... arguments) {
    assertThat(kd(arguments)).as(err.toString()).isEqualTo(status);
    assertThat(out.toString()).isEqualToNormalizingNewlines(output);
  }

  private void refuses(String message, String... arguments) {
    assertThat(kd(arguments)).isEqualTo(2);
    assertThat(err.toString()).isEqualToNormalizingNewlines(message);
    assertThat(out.toString()).isEmpty();
  }

  private StudySpec asked(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--out", folder.resolve("run" + studies.runs).toString(), "-q"));
    assertThat(kd(all.toArray(String[]::new))).as(err.toString()).isEqualTo(0);
    assertThat(studies.spec).isNotNull();
    return studies.spec;
  }

  @AfterEach
  void logAsUsual() {
    Logging.verbose(false);
  }

  @Test
  void aloneItSaysWhatToTry() {
    says(
        0,
        """
        kd4j not packaged: knowledge distillation, compared honestly.

        Three commands to try:
          kd compare          distil into a small student, beside training it alone
          kd strategies       what there is to compare
          kd compare --help   your data, your networks, your options
        """);
    says(0, "kd4j not packaged\n", "--version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compare",
        "run",
        "plan",
        "strategies",
        "experiments",
        "resume",
        "report",
        "diff",
        "reproduce",
        "jshell",
        "new-family",
        "store",
        "bench",
        "doctor",
        "check-loss",
        "check-encoder"
      })
  void everyCommandHasHelp(String command) {
    assertThat(kd(command, "--help")).isEqualTo(0);
    assertThat(out.toString()).contains("Usage: kd " + command);
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void theHelpOfCompareNamesAllDataThatIsEmbedded() {
    assertThat(kd("compare", "--help")).isEqualTo(0);
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("strokes, phrases and frames (embedded)");
  }

  @Test
  void theHelpOfRunReadsWell() {
    says(
        0,
        """
        List strategies; with a name: formula, options, paper, BibTeX.
        Usage: kd strategies [-hqv] [NAME]

              [NAME]      A strategy.
          -h, --help      Show this and exit.
          -q, --quiet     Print results and errors only.
          -v, --verbose   Say more; show where errors come from.
        """,
        "strategies",
        "--help");
  }

  @Test
  void benchmarksKnowTheirNetworks() {
    refuses(
        """
        No network of the step 'resnt'. Did you mean 'resnet'? Known: mlp, resnet, transformer.
        """,
        "bench",
        "step",
        "--network",
        "resnt");
  }

  @Test
  void scratchIsLeftOutWhereThereIsNoLabelToLearnFrom() {
    assertThat(kd("compare", "echo", "--data=toy", "--hide-labels=1")).isEqualTo(0);
    assertThat(err.toString())
        .contains("left out: scratch learns from labels alone, and all of them are hidden");
    assertThat(studies.spec.strategies()).containsExactly(StrategyChoice.of("echo"));
    assertThat(kd("compare", "scratch", "echo", "--data=toy", "--hide-labels=1")).isEqualTo(0);
    assertThat(studies.spec.strategies()).contains(StrategyChoice.of("scratch"));
  }

  @Test
  void wrongWordsNameTheNearestRightOne() {
    refuses(
        """
        kd: No command 'comprae'. Did you mean 'compare'? Known: bench, check-encoder, check-loss, compare, diff, doctor, experiments, jshell, new-family, plan, report, reproduce, resume, run, store, strategies.
        'kd --help' tells more.
        """,
        "comprae");
    refuses(
        """
        kd compare: There is no option '--teachr'. Did you mean '--teacher'?
        'kd compare --help' tells more.
        """,
        "compare",
        "--teachr=mlp:3");
    refuses(
        """
        kd compare: '--student' is given twice.
        'kd compare --help' tells more.
        """,
        "compare",
        "--student",
        "mlp:3",
        "--student=mlp:4");
    refuses(
        "No strategy 'ecko'. Did you mean 'echo'? Known: echo, scratch, whisper.\n",
        "compare",
        "ecko");
    refuses(
        "No strategy 'ecko'. Did you mean 'echo'? Known: echo, scratch, whisper.\n",
        "strategies",
        "ecko");
    refuses(
        """
        kd strategies: 'b' is one word too many.
        'kd strategies --help' tells more.
        """,
        "strategies",
        "a",
        "b");
    refuses(
        "No experiment 'questoin'. Did you mean 'question'? Known: family, question. A study of your own"
            + " is a file ending in .yaml.\n",
        "run",
        "questoin");
    refuses("There is no file no.yaml.\n", "run", "no.yaml");
    refuses(
        """
        kd run: Missing required parameter: 'NAME|FILE'.
        'kd run --help' tells more.
        """,
        "run");
  }

  @Test
  void wrongValuesAreRefusedByTheNameOfTheirFlag() {
    refuses(
        """
        --data: No data set 'mist'. Did you mean 'mnist'? Known: cifar10, csv, frames, idx, images, mnist, optdigits, phrases, sst2, strokes, toy, toy-images, tsv.
        --teacher: No network 'mpl'. Did you mean 'mlp'? Known: bert, cnn, mlp, mobilenet, quantised, resnet, shufflenet, slim, transformer.
        --epochs: 'x' is not a whole number; write one, 1 or more
        --optimizer: No optimizer 'adm'. Did you mean 'adam'? Known: adam, adamw, sgd.
        --label-noise: 1 is out of range; write a number from 0 to below 1
        --seeds: 0 is too small; write a whole number, 1 or more
        """,
        "compare",
        "--data=mist",
        "--teacher=mpl:3",
        "--seeds=0",
        "--epochs",
        "x",
        "--optimizer=adm",
        "--label-noise=1");
    refuses(
        "command line: strategies[1].echo.temperature: must be a number, was 'hot'\n",
        "compare",
        "echo.temperature=4,hot");
    refuses(
        "command line: whisper.x: whisper is not compared; name it as well, or set an option of"
            + " scratch, echo\n",
        "compare",
        "echo",
        "whisper.x=1");
    refuses(
        "'echo' is named twice; for rows with several values of an option write"
            + " echo.OPTION=A,B\n",
        "compare",
        "echo",
        "echo");
    refuses(
        "--store and --no-store are both given; keep one\n", "compare", "--store=x", "--no-store");
    refuses(
        "--workers: 'many' is no number of threads; write a whole number from 1 to 9999\n",
        "compare",
        "--workers=many");
    refuses("--all takes every strategy; leave out echo\n", "compare", "echo", "--all");
  }

  @Test
  void compareWithoutWordsIsTheDefaultStudy() {
    StudySpec spec = asked("compare");
    assertThat(spec.name()).isEqualTo("compare-strokes");
    assertThat(spec.strategies())
        .containsExactly(StrategyChoice.of("scratch"), StrategyChoice.of("echo"));
    assertThat(spec.seeds()).containsExactly(1L, 2L, 3L);
    assertThat(spec.teacher())
        .isEqualTo(
            new NetworkPlan(
                Defaults.TEACHER,
                Defaults.TEACHER_EPOCHS,
                "shift:2",
                "adam",
                Optional.empty(),
                "cosine",
                Defaults.BATCH));
    assertThat(spec.student()).isEqualTo(NetworkPlan.of(Defaults.STUDENT, Defaults.EPOCHS));
  }

  @Test
  void flagsSayTheStudy() {
    StudySpec spec =
        asked(
            "compare",
            "whisper",
            "echo.temperature=1,4,20",
            "echo",
            "--data",
            "toy:some file,label=x",
            "--seeds=7,9",
            "--epochs=2",
            "--learning-rate=0.01",
            "--teacher-epochs=5",
            "--teacher=mlp:9",
            "--teacher-optimizer=sgd",
            "--teacher-seed=3",
            "--train=all",
            "--validation=0",
            "--normalize=standard",
            "--omit-classes=3,7",
            "--hide-labels=0.5",
            "--checkpoint-every-steps=10",
            "--cache-megabytes=7");
    assertThat(spec.strategies())
        .extracting(StrategyChoice::toString)
        .containsExactly(
            "scratch",
            "whisper",
            "echo temperature=1",
            "echo temperature=4",
            "echo temperature=20");
    assertThat(spec.data()).isEqualTo("toy:some file,label=x");
    assertThat(spec.seeds()).containsExactly(7L, 9L);
    assertThat(spec.student().learningRate()).contains(0.01f);
    assertThat(spec.teacher().epochs()).isEqualTo(5);
    assertThat(spec.teacher().learningRate()).isEmpty();
    assertThat(spec.teacherSeed()).contains(3L);
    assertThat(spec.split().train()).isEmpty();
    assertThat(spec.split().validation()).contains(0);
    assertThat(spec.split().omittedClasses()).containsExactly(3, 7);
    assertThat(spec.split().hiddenLabels()).isEqualTo(0.5f);
    assertThat(spec.checkpointEverySteps()).isEqualTo(10);
    assertThat(spec.cacheMegabytes()).isEqualTo(7);
  }

  @Test
  void aBudgetCutsWhatOtherFlagsDoNotSay() {
    StudySpec spec = asked("compare", "--budget=smoke", "--epochs=3");
    assertThat(spec.seeds()).hasSize(1);
    assertThat(spec.student().epochs()).isEqualTo(3);
    assertThat(spec.teacher().epochs()).isEqualTo(Budget.SMOKE.teacherEpochs());
    assertThat(spec.split().train()).contains(Budget.SMOKE.train());
    assertThat(asked("compare", "--data=toy", "--budget=smoke").split().train()).isEmpty();
  }

  @Test
  void settingsSayWhereItRuns() {
    asked("compare", "--workers=3", "--device=gpu1", "--no-native-tuning", "--data-dir=d ir");
    assertThat(studies.settings)
        .isEqualTo(
            new RunSettings(
                Optional.of(Path.of("d ir")),
                false,
                Optional.of(folder.resolve("store")),
                3,
                "gpu1",
                false));
    asked("compare", "--no-store", "--download");
    assertThat(studies.settings.store()).isEmpty();
    assertThat(studies.settings.download()).isTrue();
  }

  @Test
  void allTakesEveryStrategyThatFitsAndSaysWhichDoNot() {
    studies.unfit = List.of(new Studies.Unfit(StrategyChoice.of("whisper"), "needs 3 classes"));
    assertThat(kd("compare", "--all", "--out", folder.resolve("all").toString())).isEqualTo(0);
    assertThat(studies.spec.strategies())
        .extracting(StrategyChoice::strategy)
        .containsExactly("scratch", "echo");
    assertThat(err.toString()).contains("left out: whisper needs 3 classes");
  }

  @Test
  void whomNobodyNamedIsLeftOutWhereItDoesNotFit() {
    studies.unfit = List.of(new Studies.Unfit(StrategyChoice.of("echo"), "finds no sound"));
    assertThat(kd("compare", "--out", folder.resolve("bare").toString())).isEqualTo(0);
    assertThat(studies.spec.strategies())
        .extracting(StrategyChoice::strategy)
        .containsExactly("scratch");
    assertThat(err.toString()).contains("left out: echo finds no sound");

    assertThat(asked("compare", "echo").strategies())
        .extracting(StrategyChoice::strategy)
        .containsExactly("scratch", "echo");
    StrategyChoice meant = StrategyChoice.of("echo").with("temperature", "4");
    studies.unfit = List.of(new Studies.Unfit(meant, "finds no sound"));
    assertThat(asked("compare", "echo.temperature=4").strategies())
        .containsExactly(StrategyChoice.of("scratch"), meant);
  }

  @Test
  void theRunsDirectoryIsPrintedLastAndNeverOverwritten() throws Exception {
    Path run = folder.resolve("mein Lauf ü");
    assertThat(kd("compare", "--out", run.toString())).isEqualTo(0);
    assertThat(out.toString().strip().lines().reduce((a, b) -> b)).contains(run.toString());
    assertThat(run)
        .isDirectoryContaining("glob:**config.yaml")
        .isDirectoryContaining("glob:**run.log");
    assertThat(StudyYaml.read(KNOWN, run.resolve("config.yaml"), List.of()))
        .isEqualTo(studies.spec);
    assertThat(Files.readString(run.resolve("run.log"))).contains("kd, compare, --out");
    assertThat(kd("compare", "--out", run.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is not empty").contains("never overwritten");
  }

  @Test
  void resumeRunsTheSameStudyIntoTheSameDirectory() throws Exception {
    Path run = folder.resolve("stopped");
    studies.failures = List.of("echo temperature=1, seed 5: the disk was full");
    kd("compare", "echo.temperature=1,2", "--seeds=5,6", "--workers=1", "--out", run.toString());
    StudySpec before = studies.spec;
    RunSettings settings = studies.settings;
    studies.spec = null;
    assertThat(kd("resume", run.toString(), "--workers=4", "--no-store")).isEqualTo(1);
    assertThat(studies.settings.workers()).isEqualTo(4);
    assertThat(studies.settings.store()).isEmpty();
    studies.failures = List.of();
    String store = "--store=" + settings.store().orElseThrow();
    assertThat(kd("resume", run.toString(), "--workers=1", store)).as(err.toString()).isEqualTo(0);
    assertThat(studies.spec).isEqualTo(before);
    assertThat(studies.settings).isEqualTo(settings);
    assertThat(out.toString().strip()).endsWith(run.toString());
    int runs = studies.runs;
    assertThat(kd("resume", run.toString())).as(err.toString()).isEqualTo(0);
    assertThat(studies.runs).as("what is complete is not run again").isEqualTo(runs);
    assertThat(out.toString().strip()).endsWith(run.toString());
    assertThat(err.toString()).contains("The run is complete");
    assertThat(kd("report", run.toString())).isEqualTo(0);
    assertThat(out.toString()).contains("No trial has ended yet.").contains("report.html");
    assertThat(kd("resume", folder.resolve("nowhere").toString())).isEqualTo(2);
    Path config = run.resolve("config.yaml");
    Files.writeString(config, Files.readString(config).replace("seeds: [5, 6]", "seeds: [5, 7]"));
    assertThat(kd("resume", run.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is not the study that", "'kd run " + config + "'");
  }

  @Test
  void aFolderOfPluginsThatIsNotThereIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("jar"), "");
    assertThat(Application.plugins(folder.toString(), Map.of("KD_PLUGINS", " ")))
        .containsExactly(folder.resolve("plugins"));
    assertThat(Application.plugins("", Map.of("KD_PLUGINS", folder.toString())))
        .containsExactly(folder);
    for (Path wrong : List.of(file, folder.resolve("plugs"))) {
      assertThatThrownBy(() -> Application.plugins("", Map.of("KD_PLUGINS", wrong.toString())))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("KD_PLUGINS names '" + wrong + "', wh")
          .hasMessageContaining("write folders of jars");
    }
  }

  @Test
  void aRefusedStudyLeavesNoDirectory() {
    studies.failure = new UsageException("the data is not there");
    refuses("the data is not there\n", "compare", "-q", "--out", folder.resolve("no").toString());
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void failuresExitWithOneAndBugsSayTheyAre() {
    studies.failure = new RunException("The disk is full.");
    assertThat(kd("compare", "-q")).isEqualTo(1);
    assertThat(err.toString()).isEqualToNormalizingNewlines("The disk is full.\n");
    studies.failure = new IllegalStateException("impossible");
    assertThat(kd("compare", "-q")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "IllegalStateException: impossible\n"
                + "This is a bug of kd4j; run with -v to see where.\n");
    assertThat(kd("compare", "-v")).isEqualTo(1);
    assertThat(err.toString()).contains("at org.kd4j");
    studies.failure = null;
    studies.failures = List.of("echo, seed 1: diverged");
    assertThat(kd("compare", "--out", folder.resolve("half").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("failed: echo, seed 1: diverged");
  }

  @Test
  void experimentsRunAtABudgetWithOverrides() {
    assertThat(asked("run", "question").seeds()).hasSize(3);
    assertThat(asked("run", "question", "--budget", "smoke", "epochs=9").student().epochs())
        .isEqualTo(9);
    assertThat(kd("run", "question", "--out", folder.resolve("q").toString())).isEqualTo(0);
    assertThat(out.toString()).contains("So it is.");
    assertThat(kd("experiments")).isEqualTo(0);
    assertThat(out.toString())
        .isEqualToNormalizingNewlines("family    whether two work\nquestion  whether it works\n");
    assertThat(kd("experiments", "question")).isEqualTo(0);
    assertThat(StudyYaml.read(KNOWN, out.toString(), "out"))
        .isEqualTo(new Question().studies(new Setup(Budget.QUICK, new TreeSet<>())).get(0));
  }

  @Test
  void anExperimentOfSeveralStudiesLeavesAFolderForEachAndGoesOn() throws Exception {
    Path family = folder.resolve("family");
    Path kept = folder.resolve("kept");
    assertThat(
            kd(
                "run",
                "family",
                "epochs=9",
                "--budget=smoke",
                "--out=" + family,
                "--results=" + kept))
        .as(err.toString())
        .isEqualTo(0);
    assertThat(studies.runs).isEqualTo(2);
    assertThat(out.toString()).contains("both", "What differs: everything", family.toString());
    assertThat(Files.readString(kept.resolve("family.md")))
        .contains("- command: `kd run family --budget smoke epochs=9`", "- commit: ", "- machine: ")
        .isEqualTo(Files.readString(family.resolve("findings.md")));
    assertThat(Files.readString(family.resolve("findings.html")))
        .contains("<h1>family</h1>", "<a href=\"one/report.html\">one</a>");
    assertThat(Files.readString(family.resolve("findings.csv"))).startsWith("table,row,paper,");
    assertThat(Files.readString(family.resolve("findings.tex"))).contains("\\begin{tabular}");
    assertThat(Files.readString(family.resolve("findings.html"))).contains("sortable");
    assertThat(family.resolve("one").resolve("report.html")).exists();
    assertThat(kd("resume", family.toString())).as(err.toString()).isEqualTo(0);
    assertThat(studies.runs).as("what is done is read").isEqualTo(2);
    assertThat(kd("diff", family.toString(), family.toString())).isEqualTo(0);
    assertThat(out.toString()).contains("study one\nConfiguration: the same", "study two\n");
    Files.delete(family.resolve("findings.csv"));
    Files.delete(family.resolve("one").resolve("report.html"));
    assertThat(kd("report", family.toString())).as(err.toString()).isEqualTo(0);
    assertThat(studies.runs).as("nothing is trained").isEqualTo(2);
    assertThat(out.toString()).contains("both", "What differs: everything", family.toString());
    assertThat(family.resolve("findings.csv")).exists();
    assertThat(family.resolve("one").resolve("report.html")).exists();
    Files.delete(family.resolve("two").resolve("run.json"));
    assertThat(kd("report", family.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("study 'two' of", "has not ended", "kd resume");
    assertThat(kd("diff", family.toString(), family.resolve("one").toString())).isEqualTo(1);
    assertThat(out.toString()).contains("Only in " + family);
    assertThat(kd("resume", family.toString())).isEqualTo(0);
    assertThat(studies.runs).isEqualTo(3);
    assertThat(studies.spec.student().epochs()).isEqualTo(9);
    assertThat(kd("run", "family", "--out=" + family)).isEqualTo(2);
    assertThat(err.toString()).contains("is not empty");
    String whole = Files.readString(family.resolve("experiment.json"));
    for (String damage : List.of("{\"schema\": 2, ", "", "null", "[]", "{}", "{\"schema\": 1}")) {
      Files.writeString(family.resolve("experiment.json"), damage);
      assertThat(kd("resume", family.toString())).as(damage).isEqualTo(2);
      assertThat(err.toString()).as(damage).contains("experiment.json is damaged: ");
    }
    Files.writeString(family.resolve("experiment.json"), whole.replace("\"smoke\"", "\"smok\""));
    assertThat(kd("resume", family.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("smok");
    Files.writeString(family.resolve("experiment.json"), whole);
    Files.delete(family.resolve("one").resolve("run.json"));
    Files.delete(family.resolve("two").resolve("run.json"));
    for (String command : List.of("reproduce", "diff")) {
      String[] words = {command, family.toString(), family.toString()};
      assertThat(kd(command.equals("diff") ? words : Arrays.copyOf(words, 2))).isEqualTo(2);
      assertThat(err.toString()).as(command).contains("has not begun any study; 'kd resume");
    }
  }

  @Test
  void everyStudyOfAnExperimentIsPlannedAndShown() {
    assertThat(kd("plan", "family", "--budget=smoke")).isEqualTo(0);
    assertThat(out.toString()).contains("one on toy", "two on toy", "2 studies, about");
    assertThat(kd("experiments", "family")).isEqualTo(0);
    assertThat(out.toString()).contains("# 2 studies", "name: one", "---", "name: two");
    Path file = folder.resolve("study.yaml");
    StudyYaml.write(new Question().studies(new Setup(Budget.SMOKE, new TreeSet<>())).get(0), file);
    assertThat(kd("run", file.toString(), "--results=" + folder)).isEqualTo(2);
    assertThat(err.toString()).contains("--results keeps what an experiment finds");
  }

  @Test
  void filesRunAsWrittenUnlessABudgetCutsThem() throws Exception {
    Path file = folder.resolve("t sweep.yaml");
    Files.writeString(file, "data: strokes\nseeds: 5\nepochs: 50\nstrategies: [echo]\n");
    StudySpec spec = asked("run", file.toString(), "echo.temperature=2,3", "data.train=all");
    assertThat(spec.name()).isEqualTo("t sweep");
    assertThat(spec.seeds()).hasSize(5);
    assertThat(spec.strategies()).hasSize(3);
    assertThat(asked("run", file.toString(), "--budget=quick").seeds()).hasSize(3);
    assertThat(asked("run", file.toString(), "--budget=SMOKE").student().epochs()).isEqualTo(1);
    Files.writeString(
        file,
        "data: {set: strokes, train: 5000, transfer: 4900}\nmeasure: [robustness]\n"
            + "strategies: [echo]\n");
    StudySpec cut = asked("run", file.toString(), "--budget=smoke");
    assertThat(cut.measure()).containsExactly("robustness");
    assertThat(cut.split().train()).contains(Budget.SMOKE.train());
    assertThat(cut.split().transfer()).contains(Budget.SMOKE.train());
  }

  @Test
  void budgetsThatACommandDoesNotHaveAreRefused() {
    assertThat(kd("compare", "--budget=paper")).isEqualTo(2);
    assertThat(err.toString()).contains("--budget is smoke or quick here");
    assertThat(kd("run", "question", "--budget=paper", "--out=" + folder.resolve("p")))
        .isEqualTo(0);
    studies.seconds = 4 * 3600;
    assertThat(kd("run", "family", "--budget=paper", "--out=" + folder.resolve("h"))).isEqualTo(2);
    assertThat(err.toString()).contains("this would take about 8 h");
    assertThat(kd("run", "family", "--budget=paper", "--yes", "--out=" + folder.resolve("h")))
        .isEqualTo(0);
  }

  @Test
  void planTellsTrialsPhasesAndTime() {
    says(
        0,
        """
        compare-toy on toy
        teacher  mlp:8, 2 epochs of adam, cosine, batches of 128
        student  mlp:200-200, 2 epochs of adam, cosine, batches of 128

        strategy  seed  phase    steps            who learns what
        scratch   1     student  1,200  to train  student: hard
        echo      1     teacher  40     reused    teacher: hard
                        student  1,200  to train  student: soft

        2 trials of 3 phases, 1 of them shared or in the store; 2,400 steps to train, about 1 min 5 s with 2 workers, 1.4 MB in the store.
        Note: phase 'x' cannot be stored
        """,
        "plan",
        "--data=toy",
        "--epochs=2",
        "--teacher=mlp:8",
        "--workers=2");
    refuses(
        "A study says these things itself; change them as 'kd run' does, by epochs=5 or"
            + " data.train=1000 after its name.\n",
        "plan",
        "question",
        "--epochs=2");
    assertThat(kd("plan", "question", "epochs=3")).isEqualTo(0);
    assertThat(out.toString()).contains("3 epochs");
  }

  @Test
  void strategiesTellAllOfOne() {
    says(
        0,
        """
        echo     says what the teacher says
        scratch  the student alone, from the labels: the baseline
        whisper  says it softly
        """,
        "strategies");
    says(
        0,
        """
        echo: says what the teacher says

          T²·KL(p‖q)

        option       default  accepts           meaning
        temperature  4        a number          softens both distributions
        softWeight   0.9      a number          share of the echo
        repeats      1        a whole number    how often
        side         left     left | far-right  from where

        A. Nymph, Echoes, Metamorphoses III, 8

        @book{nymph8,
          title = {Echoes}
        }
        """,
        "strategies",
        "echo");
    says(
        0,
        """
        whisper: says it softly

          CE(y, z_s)

        No options.

        Needs at least 3 classes, every label of the transfer set, validation samples.
        """,
        "strategies",
        "whisper");
  }

  @Test
  void theStoreIsListedAndCleared() {
    Path store = folder.resolve("store");
    says(0, "Nothing is stored: there is no folder " + store + " yet.\n", "store");
    says(0, "Freed 0 B in " + store + "\n", "store", "clear");
    says(
        0,
        "Nothing is stored: there is no folder elsewhere yet.\n",
        "store",
        "list",
        "--store=elsewhere");
  }

  /** An experiment. */
  private static final class Question implements Experiment {
    @Override
    public String name() {
      return "question";
    }

    @Override
    public String summary() {
      return "whether it works";
    }

    @Override
    public List<StudySpec> studies(Setup setup) {
      return List.of(
          setup
              .budget()
              .within(
                  StudyYaml.read(
                      KNOWN, "{name: question, data: toy, strategies: [echo], seeds: 4}", "q")));
    }

    @Override
    public Findings findings(Results results) {
      Findings.Table table =
          Findings.Table.of("So it is.", Findings.Scale.ERRORS)
              .row("echo", "7", results.errors("question", "echo"));
      return new Findings(List.of(table), List.of(), "everything");
    }
  }

  /** An experiment of two studies. */
  private static final class Family implements Experiment {
    @Override
    public String name() {
      return "family";
    }

    @Override
    public String summary() {
      return "whether two work";
    }

    @Override
    public List<StudySpec> studies(Setup setup) {
      return Stream.of("one", "two")
          .map(
              name ->
                  setup
                      .budget()
                      .within(
                          StudyYaml.read(
                              KNOWN, "{name: " + name + ", data: toy, strategies: [echo]}", "f")))
          .toList();
    }

    @Override
    public Findings findings(Results results) {
      Findings.Table table =
          Findings.Table.of("both", Findings.Scale.ERRORS)
              .row("one", "", results.errors("one", "echo"))
              .row("two", "", results.errors("two", "echo"), "one");
      return new Findings(List.of(table), List.of(), "everything");
    }
  }

  /** Studies that remember what they were told. */
  private static final class Told implements Studies {
    @Nullable StudySpec spec;
    @Nullable RunSettings settings;
    @Nullable RuntimeException failure;
    List<String> failures = List.of();
    List<Unfit> unfit = List.of();
    double seconds = 65;
    int runs;

    @Override
    public StudyPlan plan(StudySpec asked, RunSettings how, StudyListener listener) {
      var hard = new StudyPlan.PlannedPhase("student", "student: hard", 1200, false);
      var teacher = new StudyPlan.PlannedPhase("teacher", "teacher: hard", 40, true);
      var soft = new StudyPlan.PlannedPhase("student", "student: soft", 1200, false);
      return new StudyPlan(
          List.of(
              new StudyPlan.PlannedTrial(StrategyChoice.of("scratch"), 1, List.of(hard)),
              new StudyPlan.PlannedTrial(StrategyChoice.of("echo"), 1, List.of(teacher, soft))),
          2400,
          seconds,
          1_400_000,
          List.of("phase 'x' cannot be stored"));
    }

    @Override
    public StudyResult run(StudySpec asked, RunSettings how, StudyListener listener) {
      spec = asked;
      settings = how;
      runs++;
      if (failure != null) {
        throw failure;
      }
      listener.planned(1, 1);
      return new StudyResult(asked, List.of(), List.of(), failures, Optional.empty(), 1);
    }

    @Override
    public Map<StrategyChoice, Double> validate(
        StudySpec asked, RunSettings how, StudyListener listener) {
      Map<StrategyChoice, Double> accuracies = new LinkedHashMap<>();
      asked.strategies().forEach(c -> accuracies.put(c, 1.0 / (1 + accuracies.size())));
      return accuracies;
    }

    @Override
    public List<Unfit> unfit(StudySpec asked, RunSettings how, StudyListener listener) {
      return unfit;
    }
  }
}
