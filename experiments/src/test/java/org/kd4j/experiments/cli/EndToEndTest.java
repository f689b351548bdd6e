package org.kd4j.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.study.StudyRunner;

/** The committed study, for real and small. */
class EndToEndTest {
  private static final Path STUDY = Path.of("studies/t-sweep.yaml");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int kd(String... arguments) {
    out.getBuffer().setLength(0);
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false, 80);
    Application application =
        new Application(
            console,
            Map.of(),
            Distillation::discovered,
            known -> new StudyRunner(known, Map.of()),
            Experiment::all);
    return Kd.execute(application, arguments);
  }

  private List<String> rows(Path run) throws Exception {
    try (Stream<String> lines = Files.lines(run.resolve("results.csv"))) {
      // Everything up to test_ece; what follows holds times.
      return lines.map(l -> l.substring(0, 60)).toList();
    }
  }

  @Test
  void theCommittedStudyRunsAndItsRunGoesOnFromTheStore() throws Exception {
    Path run = folder.resolve("lauf");
    String store = folder.resolve("store").toString();
    int status =
        kd(
            "run",
            STUDY.toString(),
            "--budget=smoke",
            "--workers=2",
            "--store=" + store,
            "--out=" + run);
    assertThat(status).as(err.toString()).isEqualTo(0);
    assertThat(out.toString())
        .contains("scratch", "offline temperature=1", "offline temperature=20");
    assertThat(Files.readString(run.resolve("run.log"))).contains("teacher begins");
    List<String> rows = rows(run);
    assertThat(rows).hasSize(6);

    assertThat(kd("resume", run.toString())).as(err.toString()).isEqualTo(0);
    assertThat(rows(run)).isEqualTo(rows);
    assertThat(Files.readString(run.resolve("run.json"))).contains("COMPLETED");

    assertThat(kd("report", run.toString())).isEqualTo(0);
    assertThat(kd("store", "list", "--store", store)).isEqualTo(0);
    assertThat(out.toString()).contains("phase");
    assertThat(kd("store", "clear", "--store", store)).isEqualTo(0);
    assertThat(out.toString()).startsWith("Freed ");
  }

  @Test
  void aTrainedEncoderIsExportedAsPublishedOnesAre() {
    String store = folder.resolve("store").toString();
    String network = "transformer:1x8,heads=2";
    int status =
        kd(
            "compare",
            "label-smoothing",
            "--data=phrases,train=60,validation=20,test=20",
            "--train=60",
            "--student=" + network,
            "--teacher=" + network,
            "--seeds=1",
            "--epochs=1",
            "--store=" + store,
            "--out=" + folder.resolve("run"));
    assertThat(status).as(err.toString()).isEqualTo(0);
    kd("store", "list", "--store", store);
    String key = out.toString().split(" ")[0];
    Path to = folder.resolve("deep/out");
    assertThat(kd("store", "export", key, to.toString(), "--store=" + store))
        .as(err.toString())
        .isEqualTo(0);
    assertThat(to.resolve("student.last.safetensors")).isNotEmptyFile();
    Path published = to.resolve("student.last");
    assertThat(Distillation.discovered().network("bert:" + published))
        .hasToString("bert:" + published);
    assertThat(kd("store", "export", key, to.toString(), "--store=" + store)).isEqualTo(2);
    assertThat(err.toString()).contains(".safetensors is there already");
    assertThat(kd("store", "export", "no", to.toString(), "--store=" + store)).isEqualTo(2);
    assertThat(err.toString()).contains("0 trained phases of ", "begin with 'no'");
  }

  /** SimKD's student and factor transfer's paraphraser print as what they are made of. */
  @Test
  void networksPutTogetherByAStrategyAreExportedUnderTheirOwnNames() {
    String store = folder.resolve("store").toString();
    int status =
        kd(
            "compare",
            "simkd",
            "factor-transfer",
            "--data=strokes:10,train=60,validation=20,test=20",
            "--train=60",
            "--student=cnn:2,share=0.1",
            "--teacher=cnn:2,share=0.2",
            "--seeds=1",
            "--epochs=1",
            "--store=" + store,
            "--out=" + folder.resolve("run"));
    assertThat(status).as(err.toString()).isEqualTo(0);
    kd("store", "list", "--store", store);
    List<String> keys =
        out.toString()
            .lines()
            .filter(line -> line.contains(" phase "))
            .map(line -> line.split(" ")[0])
            .toList();
    StringBuilder all = new StringBuilder();
    for (String key : keys) {
      String to = folder.resolve("out-" + key).toString();
      assertThat(kd("store", "export", key, to, "--store=" + store))
          .as(err.toString())
          .isEqualTo(0);
      all.append(out);
    }
    assertThat(all.toString())
        .containsPattern("student\\.last\\.safetensors: cnn:.*@.*\\+cnn:")
        .contains("@", "+paraphraser");
  }

  /** First for which strategies fit it, then for what they would do. */
  @Test
  void dataIsReadOnceForAComparisonAndSaidBefore() {
    String data = "strokes:10,train=60,validation=20,test=20";
    int status = kd("plan", "--data", data, "--train=60", "--epochs=1", "--seeds=1", "--no-store");
    assertThat(status).as(err.toString()).isEqualTo(0);
    String said = "reading data: " + data + System.lineSeparator();
    assertThat(err.toString()).startsWith(said).containsOnlyOnce(said);
    assertThat(out.toString()).contains("compare-strokes on strokes:10", "offline");
  }

  @Test
  void theBenchmarkOfStudiesSaysWhatTheStoreSaves() {
    int status =
        kd(
            "bench",
            "study",
            "--data=strokes:10,train=300,test=50",
            "--train=200",
            "--epochs=1",
            "-q");
    assertThat(status).as(err.toString()).isEqualTo(0);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines())
        .contains("strategies=8", "teachers_trained_stored=1", "teachers_trained_unstored=8")
        .anyMatch(line -> line.matches("teacher_cost_in_students=\\d+\\.\\d{3}"))
        .anyMatch(line -> line.matches("study_seconds_stored=\\d+\\.\\d\\d"))
        .anyMatch(line -> line.matches("ratio=\\d+\\.\\d{3}"));
    assertThat(kd("bench", "study", "--seeds=0")).isEqualTo(2);
    assertThat(err.toString()).contains("seeds must be 1 or more, was 0");
  }
}
