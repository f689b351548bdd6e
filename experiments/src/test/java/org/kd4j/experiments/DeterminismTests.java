package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.objective.LossTerm;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.core.wiring.StrategyModule;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyPlan;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/** The same study gives the same bits, however it is run; and a trial fails alone. */
class DeterminismTests {
  private static final StudySpec STUDY =
      TinyStudies.study(
          "mlp:8", List.of(1L, 2L), Optional.empty(), "scratch", "offline", "logit-matching");

  @TempDir Path folder;

  private StudyResult run(StudySpec study, Optional<Path> store, int workers) {
    return TinyStudies.run(Distillation.discovered(), study, store, workers);
  }

  @Test
  void oneWorkerAndTwoGiveTheSameMeasuresAndTheSameWeightsFiles() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    StudyResult alone = run(STUDY, Optional.of(one), 1);
    StudyResult together = run(STUDY, Optional.of(two), 2);
    assertThat(alone.failures()).isEmpty();
    assertThat(alone.trials()).hasSize(6);
    assertThat(TinyStudies.findings(together)).isEqualTo(TinyStudies.findings(alone));
    Map<String, String> weights = weights(one);
    // Two teachers and six students, each last and best.
    assertThat(weights).hasSizeGreaterThanOrEqualTo(16);
    assertThat(weights(two)).isEqualTo(weights);
  }

  /** Phases of one strategy that do not need each other, all of one name. */
  public static final class Crowd extends StrategyModule {
    @Override
    protected void configureStrategies() {
      strategy("crowd").to(Factory.class);
    }

    /** Nothing to choose. */
    public record Options() {}

    /** Deploys the third of four. */
    public static final class Factory implements StrategyFactory<Options> {
      @Override
      public Options defaults() {
        return new Options();
      }

      @Override
      public DistillationStrategy create(Options options) {
        return session -> {
          Task task = session.task();
          List<Phase> members =
              Stream.of(Task.STUDENT_LINE, "peer-1", "peer-2", "peer-3")
                  .map(line -> Start.fresh(task.student(), line))
                  .map(start -> task.phase("member", start, Objective.hard(1)))
                  .toList();
          return DistillationResult.of(session.runAll(members).get(2).network(Role.STUDENT));
        };
      }

      @Override
      public Description description() {
        return new Description("four at a time", "CE(y, z_s)", Map.of(), "", "");
      }
    }
  }

  /** Says how many phases are in training at most, and waits for a second one to come. */
  private static final class Watcher implements StudyListener {
    final Map<String, Integer> begun = new ConcurrentHashMap<>();
    final Set<String> over = ConcurrentHashMap.newKeySet();
    final CountDownLatch two = new CountDownLatch(2);
    final boolean waiting;

    Watcher(boolean waiting) {
      this.waiting = waiting;
    }

    @Override
    public void phaseStarted(
        StrategyChoice choice, long seed, String phase, boolean reused, int epochs) {
      begun.merge(phase, 1, Integer::sum);
      two.countDown();
      try {
        assertThat(!waiting || two.await(30, TimeUnit.SECONDS)).as("two at a time").isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void phaseEnded(StrategyChoice choice, long seed, String phase) {
      over.add(phase);
    }
  }

  @Test
  void anIdleWorkerTrainsPhasesOfTheOnlyTrial() throws IOException {
    Distillation crowd = Distillation.discovered(List.of(), List.of(new Crowd()));
    StudySpec one = TinyStudies.study("mlp:8", List.of(1L), Optional.empty(), "crowd");
    List<StudyResult> results = new ArrayList<>();
    for (int workers : new int[] {1, 2}) {
      Watcher watcher = new Watcher(workers == 2);
      Optional<Path> store = Optional.of(folder.resolve("crowd-" + workers));
      results.add(TinyStudies.run(crowd, one, store, workers, watcher));
      assertThat(watcher.begun)
          .containsOnlyKeys(watcher.over)
          .hasSize(4)
          .allSatisfy((name, times) -> assertThat(times).as(name).isOne());
      assertThat(watcher.over).contains("member").allMatch(name -> name.startsWith("member"));
    }
    StudyResult alone = results.get(0);
    StudyResult together = results.get(1);
    assertThat(together.failures()).isEmpty();
    assertThat(TinyStudies.findings(together)).isEqualTo(TinyStudies.findings(alone));
    assertThat(weights(folder.resolve("crowd-2"))).isEqualTo(weights(folder.resolve("crowd-1")));
    TrialResult trial = together.trials().get(0);
    double sum = trial.phases().stream().mapToDouble(PhaseReport::seconds).sum();
    assertThat(trial.phases()).hasSize(4);
    assertThat(trial.trainSeconds()).isEqualTo(sum);
  }

  @Test
  void storedAndUnstoredRunsGiveTheSameMeasures() {
    Optional<Path> store = Optional.of(folder.resolve("kept"));
    List<String> unstored = TinyStudies.findings(run(STUDY, Optional.empty(), 1));
    assertThat(TinyStudies.findings(run(STUDY, store, 1))).isEqualTo(unstored);
    StudyResult again = run(STUDY, store, 2);
    assertThat(TinyStudies.findings(again)).isEqualTo(unstored);
    assertThat(again.trials()).allMatch(t -> t.reusedPhases() == t.phases().size());
  }

  @Test
  void aTeacherSeedGivesAllTrialsOneTeacher() {
    StudyResult shared =
        run(
            TinyStudies.study("mlp:8", List.of(1L, 2L), Optional.of(7L), "offline"),
            Optional.of(folder.resolve("shared")),
            2);
    assertThat(teachers(shared)).hasSize(2).containsOnly(teachers(shared).get(0));
    StudyResult own =
        run(
            TinyStudies.study("mlp:8", List.of(1L, 2L), Optional.empty(), "offline"),
            Optional.of(folder.resolve("shared")),
            2);
    assertThat(teachers(own)).doesNotHaveDuplicates().doesNotContain(teachers(shared).get(0));
    assertThat(shared.trials().get(0).test()).isNotEqualTo(shared.trials().get(1).test());
  }

  private static List<String> teachers(StudyResult result) {
    return result.trials().stream()
        .map(
            t ->
                t.phases().stream()
                    .filter(p -> p.name().equals("teacher"))
                    .findFirst()
                    .orElseThrow()
                    .fingerprint())
        .toList();
  }

  /** Fails: by a term that is no number, an exception of its own, a class that is not there. */
  public static final class Faulty extends StrategyModule {
    @Override
    protected void configureStrategies() {
      strategy("diverging").toInstance(new Factory(Optional.empty()));
      strategy("broken")
          .toInstance(new Factory(Optional.of(new IllegalStateException("not written yet"))));
      strategy("unlinked")
          .toInstance(new Factory(Optional.of(new NoClassDefFoundError("org/left/Behind"))));
      strategy("boastful").toInstance(new Factory(Optional.of(new AssertionError("never"))));
    }

    /** Nothing to choose. */
    public record Options() {}

    private record Factory(Optional<Throwable> thrown) implements StrategyFactory<Options> {
      @Override
      public Options defaults() {
        return new Options();
      }

      @Override
      public DistillationStrategy create(Options options) {
        return session -> {
          LossTerm nan = view -> view.own().logits().log().mean();
          Phase phase =
              session
                  .task()
                  .phase("student", session.task().freshStudent(), Objective.of("nan", 1, nan));
          if (thrown.isPresent() && thrown.get() instanceof Error error) {
            throw error;
          } else if (thrown.isPresent()) {
            throw (RuntimeException) thrown.get();
          }
          return DistillationResult.of(session.run(phase).network(Role.STUDENT));
        };
      }

      @Override
      public Description description() {
        return new Description("fails", "NaN", Map.of(), "", "");
      }
    }
  }

  private static StudyResult withFaulty(String faulty) {
    return TinyStudies.run(
        Distillation.discovered(List.of(), List.of(new Faulty())),
        TinyStudies.study("mlp:8", List.of(1L, 2L), Optional.empty(), "scratch", faulty),
        Optional.empty(),
        1);
  }

  private static Map<String, Long> done(StudyResult result) {
    return result.trials().stream()
        .map(TrialResult::choice)
        .collect(Collectors.groupingBy(c -> c.strategy(), TreeMap::new, Collectors.counting()));
  }

  @Test
  void aTrialThatDivergesFailsAloneAndSaysWhy() {
    StudyResult result = withFaulty("diverging");
    assertThat(done(result)).isEqualTo(Map.of("scratch", 2L));
    assertThat(result.failures()).hasSize(2);
    assertThat(result.failures().get(0))
        .startsWith(
            "diverging, seed 1: Phase 'student' diverged: term 'nan' of student became NaN at step 1");
  }

  @Test
  void aStrategyWithABugFailsAloneAndSaysWhere() {
    StudyResult result = withFaulty("broken");
    assertThat(done(result)).isEqualTo(Map.of("scratch", 2L));
    assertThat(result.failures()).hasSize(2);
    assertThat(result.failures().get(1))
        .startsWith("broken, seed 2: ")
        .contains("IllegalStateException: not written yet", "DeterminismTests.java:");
  }

  @Test
  void whatCannotBeLinkedOrAssertedFailsATrialAndNotTheStudy() {
    for (String faulty : List.of("unlinked", "boastful")) {
      StudyResult result = withFaulty(faulty);
      assertThat(done(result)).isEqualTo(Map.of("scratch", 2L));
      assertThat(result.failures()).hasSize(2).allMatch(line -> line.startsWith(faulty + ", seed"));
    }
  }

  /** Decides by what its phase measured, of which a dry run has nothing. */
  public static final class Judging extends StrategyModule {
    @Override
    protected void configureStrategies() {
      strategy("judging").to(Factory.class);
    }

    /** Nothing to choose. */
    public record Options() {}

    /** Deploys the student it has looked at. */
    public static final class Factory implements StrategyFactory<Options> {
      @Override
      public Options defaults() {
        return new Options();
      }

      @Override
      public DistillationStrategy create(Options options) {
        return session -> {
          Task task = session.task();
          PhaseResult result =
              session.run(task.phase("student", task.freshStudent(), Objective.hard(1)));
          result.history().get(task.recipe().training().epochs() - 1);
          return DistillationResult.of(result.network(Role.STUDENT));
        };
      }

      @Override
      public Description description() {
        return new Description("looks at what came out", "CE(y, z_s)", Map.of(), "", "");
      }
    }
  }

  @Test
  void aStrategyThatCannotBePlannedIsNotedAndRunsAllTheSame() {
    Distillation judging = Distillation.discovered(List.of(), List.of(new Judging()));
    StudySpec study = TinyStudies.study("mlp:8", List.of(1L, 2L), Optional.empty(), "judging");
    List<String> notes = new ArrayList<>();
    StudyListener noting =
        new StudyListener() {
          @Override
          public void note(String message) {
            notes.add(message);
          }
        };
    StudyPlan plan = TinyStudies.plan(judging, study, Optional.empty(), noting);
    assertThat(plan.trials()).hasSize(2).allMatch(trial -> trial.phases().isEmpty());
    assertThat(plan.steps()).isZero();
    assertThat(plan.notes())
        .singleElement()
        .asString()
        .startsWith("judging cannot be planned: java.lang.ArrayIndexOutOfBoundsException: ")
        .contains("DeterminismTests.java:")
        .endsWith("; its phases are not counted, and its trials run all the same");
    StudyResult result = TinyStudies.run(judging, study, Optional.empty(), 1, noting);
    assertThat(result.failures()).isEmpty();
    assertThat(done(result)).isEqualTo(Map.of("judging", 2L));
    assertThat(notes).containsExactlyElementsOf(plan.notes());
  }

  @Test
  void withoutAStoreATeacherIsTrainedOnceASeedAllTheSame() {
    StudyResult result = run(STUDY, Optional.empty(), 2);
    assertThat(result.failures()).isEmpty();
    assertThat(result.trials().stream().flatMap(trial -> trial.phases().stream()))
        .filteredOn(phase -> phase.name().equals("teacher"))
        .hasSize(4)
        .filteredOn(phase -> !phase.reused())
        .hasSize(2);
    StudyPlan plan =
        TinyStudies.plan(Distillation.discovered(), STUDY, Optional.empty(), StudyListener.NONE);
    assertThat(plan.trials().stream().flatMap(trial -> trial.phases().stream()))
        .filteredOn(StudyPlan.PlannedPhase::stored)
        .hasSize(2);
  }

  @Test
  void aPlanSaysWhichEntryOfTheStoreIsDamaged() throws IOException {
    Optional<Path> store = Optional.of(folder.resolve("damaged"));
    run(STUDY, store, 1);
    for (Path file : Sources.below(store.get())) {
      if (file.toString().endsWith(".last.safetensors")) {
        Files.write(file, new byte[] {0});
      }
    }
    List<String> notes = new ArrayList<>();
    TinyStudies.plan(
        Distillation.discovered(),
        STUDY,
        store,
        new StudyListener() {
          @Override
          public void note(String message) {
            notes.add(message);
          }
        });
    assertThat(notes).isNotEmpty().allMatch(note -> note.contains("is damaged"));
  }

  private static Map<String, String> weights(Path store) throws IOException {
    Map<String, String> weights = new TreeMap<>();
    for (Path file : Sources.below(store)) {
      String name = file.getFileName().toString();
      if (name.matches(".*\\.(last|best)\\.safetensors")) {
        weights.put(
            store.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return weights;
  }
}
