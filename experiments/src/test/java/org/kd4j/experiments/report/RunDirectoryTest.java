package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;

class RunDirectoryTest {
  private static final LocalDateTime WHEN = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

  @TempDir Path temporary;

  @Test
  void anExperimentThatGoesOnElsewhereTellsBothCommits() {
    ExperimentRecord begun =
        ExperimentRecord.starting(
            "pair", "smoke", List.of(), List.of(), List.of(), new TreeMap<>());
    String first = begun.commit();
    assertThat(begun.goneOnWith(first)).isEqualTo(begun);
    ExperimentRecord later = begun.goneOnWith("0123456789ab");
    assertThat(later.commit()).isEqualTo(first + ", gone on with 0123456789ab");
    assertThat(later.goneOnWith("0123456789ab")).isEqualTo(later);
  }

  @Test
  void whatIsWrittenReadsBackAndMakesTheSameReport() throws IOException {
    RunDirectory run =
        RunDirectory.create(temporary.resolve("mit Leerzeichen, 蒸留 é").resolve("run"));
    RunRecord record = SyntheticStudy.record(SyntheticStudy.large());
    run.writeConfig(SyntheticStudy.CONFIG);
    run.write(record);
    assertThat(run.path().toFile().list())
        .containsExactlyInAnyOrder(
            "run.json",
            "config.yaml",
            "metrics.jsonl",
            "results.csv",
            "report.html",
            "summary.csv",
            "summary.md",
            "summary.tex");
    RunRecord again = RunDirectory.open(run.path()).record();
    assertThat(again)
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> a.compareTo(b) == 0, Double.class)
        .isEqualTo(record);
    String report = Files.readString(run.report());
    Files.delete(run.report());
    RunDirectory.open(run.path()).remake(again);
    assertThat(Files.readString(run.report())).isEqualTo(report);
  }

  @Test
  void noRowOfMetricsIsLostOrDoubledHoweverOftenTheyAreWritten() throws IOException {
    RunDirectory run = RunDirectory.create(temporary.resolve("run"));
    run.write(SyntheticStudy.record(SyntheticStudy.small(1)));
    run.write(SyntheticStudy.record(SyntheticStudy.small(2)));
    String metrics = Files.readString(run.path().resolve("metrics.jsonl"));
    assertThat(metrics.lines()).hasSize(2 * (2 + 4)).doesNotHaveDuplicates();
    assertThat(metrics.lines().findFirst().orElseThrow())
        .startsWith("{\"strategy\":\"scratch\",\"options\":\"\",\"seed\":0,\"phase\":\"student\"")
        .contains("\"epoch\":0,\"values\":{\"student/hard\":", "\"student/weight.soft\":0.9");
  }

  @Test
  void aNameOfManySignsBecomesAFolder() {
    Path path = RunDirectory.createUnder(temporary, "../Größe: 4 vs/5?", "a: 1\n", WHEN).path();
    assertThat(path.getParent()).isEqualTo(temporary);
    assertThat(path.getFileName().toString()).matches("Größe-4-vs-5-20260102-030405-[0-9a-f]{8}");
  }

  @Test
  void twoRunsOfOneSecondHaveTwoFolders() {
    RunDirectory first = RunDirectory.createUnder(temporary, "mnist", "a: 1\n", WHEN);
    RunDirectory second = RunDirectory.createUnder(temporary, "mnist", "a: 1\n", WHEN);
    assertThat(second.path().getFileName()).hasToString(first.path().getFileName() + "-2");
  }

  @Test
  void runsThatBeginAtTheSameMomentDoNotShareAFolder() throws Exception {
    int runs = 8;
    ExecutorService pool = Executors.newFixedThreadPool(runs);
    try {
      for (int round = 0; round < 20; round++) {
        String config = "round: " + round + "\n";
        CyclicBarrier all = new CyclicBarrier(runs);
        Callable<Path> begin =
            () -> {
              all.await();
              return RunDirectory.createUnder(temporary, "mnist", config, WHEN).path();
            };
        Set<Path> made = new HashSet<>();
        for (Future<Path> one : pool.invokeAll(Collections.nCopies(runs, begin))) {
          made.add(one.get());
        }
        assertThat(made).hasSize(runs);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aFolderOfRunsThatIsAFileIsRefused() throws IOException {
    Path file = Files.writeString(temporary.resolve("runs"), "");
    assertThatThrownBy(() -> RunDirectory.createUnder(file, "mnist", "a: 1\n", WHEN))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("runs' is a file, not a directory");
  }

  @Test
  void aRunIsNeverOverwritten() {
    RunDirectory.create(temporary.resolve("run")).writeConfig("a: 1\n");
    assertThatThrownBy(() -> RunDirectory.create(temporary.resolve("run")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is not empty (it holds config.yaml)")
        .hasMessageContaining("give --out another directory or remove this one");
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatThrownBy(() -> RunDirectory.create(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is a file, not a directory");
    assertThatThrownBy(() -> RunDirectory.create(file.resolve("below")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("file");
  }

  @Test
  void aDirectoryThatVanishesIsSaid() throws IOException {
    RunDirectory run = RunDirectory.create(temporary.resolve("run"));
    Files.delete(run.path());
    assertThatThrownBy(() -> run.writeConfig("a: 1\n"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("config.yaml' cannot be written: no such directory");
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    assertThatThrownBy(() -> RunDirectory.open(temporary).record())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("holds no run.json");
    Files.writeString(temporary.resolve("run.json"), "{\"schema\": 99}");
    assertThatThrownBy(() -> RunDirectory.open(temporary).record())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is of schema 99, this version reads 2");
    Files.writeString(temporary.resolve("run.json"), "{\"schema\": 2, \"status\": ");
    assertThatThrownBy(() -> RunDirectory.open(temporary).record())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void aRecordThatDoesNotSayWhichSamplesWereRightIsReadAllTheSame() {
    String json = Json.write(SyntheticStudy.record(SyntheticStudy.small(2)));
    String without = json.replaceAll("(?s)\"hits\" : \\{.*?\\},\\s*", "");
    assertThat(json).contains("\"hits\"");
    assertThat(without).doesNotContain("\"hits\"");
    assertThat(Json.read(without, "run.json").study().trials())
        .hasSize(4)
        .allSatisfy(trial -> assertThat(trial.hits()).isEmpty());
  }

  @Test
  void aRecordThatStartsKnowsTheMachine() {
    RunRecord record =
        RunRecord.starting(
            java.util.List.of("kd"),
            java.util.Map.of("pytorch", "2.7.1"),
            java.util.Map.of("threads", "1"),
            SyntheticStudy.CONFIG,
            SyntheticStudy.small(1).spec());
    assertThat(record.versions()).containsKeys("kd4j", "java", "pytorch");
    assertThat(record.machine()).containsKeys("os", "cpu", "cores");
    assertThat(record.status()).isEqualTo(RunRecord.Status.RUNNING);
    assertThat(record.ended(RunRecord.Status.INTERRUPTED).ended()).isPresent();
  }
}
