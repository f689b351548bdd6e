package org.kd4j.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.experiments.study.StrategyChoice;

class ProgressTest {
  private static final StrategyChoice ECHO = StrategyChoice.of("echo").with("temperature", "4");

  private final StringWriter err = new StringWriter();
  private final AtomicLong clock = new AtomicLong();

  private Progress progress(boolean live, boolean quiet) {
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), live, live, 100);
    return new Progress(console, quiet, clock::get, false);
  }

  private void later(double seconds) {
    clock.addAndGet((long) (seconds * 1e9));
  }

  private static void study(Progress progress, ProgressTest test) {
    progress.stage("reading data: strokes");
    test.later(2.5);
    progress.tick();
    progress.planned(2, 200);
    progress.phaseStarted(ECHO, 1, "teacher", true, 2);
    progress.phaseStarted(ECHO, 1, "student", false, 2);
    test.later(1);
    progress.steps(ECHO, 1, "student", 50);
    progress.tick();
    progress.epoch(
        ECHO, 1, "student", EpochMetrics.of(0, Map.of("student/validationAccuracy", 0.5)));
    test.later(1.5);
    progress.steps(ECHO, 1, "student", 125);
    progress.tick();
    progress.epoch(
        ECHO, 1, "student", EpochMetrics.of(1, Map.of("student/validationAccuracy", 0.75)));
    progress.phaseEnded(ECHO, 1, "student");
    progress.note("an entry was damaged and is trained again");
    progress.close();
  }

  @Test
  void plainLinesAreNeverSilentForLong() {
    study(progress(false, false), this);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            """
            reading data: strokes
            reading data: strokes, 2.5 s
            2 trials, 200 steps to train
            echo temperature=4, seed 1: teacher was trained before
            62 %, 0 of 2 trials, 50 steps/s, 1.5 s left; echo temperature=4, seed 1: student 1/2 validation 50.0 %
            echo temperature=4, seed 1: student, 2 epochs in 2.5 s, validation 75.0 %
            note: an entry was damaged and is trained again
            """);
  }

  @Test
  void oneLiveLineLeavesTheTerminalClean() {
    study(progress(true, false), this);
    String erase = "\r\u001b[2K";
    assertThat(err.toString().split("\r\u001b\\[2K", -1))
        .containsExactly(
            "",
            "reading data: strokes, 2.5 s",
            "━━━╌╌╌╌╌╌╌╌╌ 25 %, 0 of 2 trials, 50 steps/s, 3.0 s left; echo temperature=4, seed 1:"
                + " student 0/2",
            "━━━━━━━╌╌╌╌╌ 62 %, 0 of 2 trials, 50 steps/s, 1.5 s left; echo temperature=4, seed 1:"
                + " student 1/2 …",
            "note: an entry was damaged and is trained again" + System.lineSeparator());
    assertThat(err.toString()).startsWith(erase);
  }

  @Test
  void phasesOfOneTrialAtATimeAreToldApart() {
    Progress progress = progress(false, false);
    progress.planned(1, 300);
    progress.phaseStarted(ECHO, 1, "teacher", false, 2);
    progress.phaseStarted(ECHO, 1, "teacher-2", false, 2);
    later(1);
    progress.steps(ECHO, 1, "teacher", 60);
    progress.steps(ECHO, 1, "teacher-2", 30);
    progress.epoch(ECHO, 1, "teacher-2", EpochMetrics.of(0, Map.of("teacher/loss", 0.5)));
    later(1);
    progress.tick();
    progress.phaseEnded(ECHO, 1, "teacher-2");
    progress.steps(ECHO, 1, "teacher", 90);
    progress.phaseStarted(ECHO, 1, "teacher-3", true, 2);
    later(2);
    progress.tick();
    progress.phaseEnded(ECHO, 1, "teacher");
    progress.phaseEnded(ECHO, 1, "never begun");
    later(2);
    progress.tick();
    progress.trialFailed(ECHO, 1, "term 'soft' became NaN");
    later(2);
    progress.tick();
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            """
            1 trial, 300 steps to train
            30 %, 0 of 1 trial, 45 steps/s, 4.7 s left; echo temperature=4, seed 1: teacher 0/2, teacher-2 1/2 loss 0.5000
            echo temperature=4, seed 1: teacher-2, 1 epoch in 2.0 s, loss 0.5000
            echo temperature=4, seed 1: teacher-3 was trained before
            40 %, 0 of 1 trial, 30 steps/s, 6.0 s left; echo temperature=4, seed 1: teacher 0/2
            echo temperature=4, seed 1: teacher, 0 epochs in 4.0 s
            40 %, 0 of 1 trial, 20 steps/s, 9.0 s left; echo temperature=4, seed 1: teacher-3
            echo temperature=4, seed 1: failed, 1 of 1 trial: term 'soft' became NaN
            40 %, 1 of 1 trial, 15 steps/s, 12 s left
            """);
  }

  /** An accuracy would say nothing of a head that is not trained. */
  @Test
  void aPhaseWithoutAHeadTellsItsObjectiveOnValidation() {
    Progress progress = progress(false, false);
    progress.planned(1, 100);
    progress.phaseStarted(ECHO, 1, "hint", false, 1);
    progress.epoch(
        ECHO,
        1,
        "hint",
        EpochMetrics.of(0, Map.of("student/loss", 0.5, "student/validationLoss", 0.25)));
    later(1);
    progress.phaseEnded(ECHO, 1, "hint");
    assertThat(err.toString())
        .contains("echo temperature=4, seed 1: hint, 1 epoch in 1.0 s, validation loss 0.2500");
  }

  @Test
  void quietMeansQuiet() {
    study(progress(false, true), this);
    assertThat(err.toString()).isEmpty();
  }
}
