package org.kd4j.experiments.catalog;

import java.util.Locale;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.TrialResult;

/**
 * Says on standard error how far a study is, for runs without the command line.
 *
 * @param study its name
 */
record Announcer(String study) implements StudyListener {
  private void say(String line) {
    System.err.println(study + ": " + line);
  }

  @Override
  public void stage(String what) {
    say(what);
  }

  @Override
  public void phaseStarted(
      StrategyChoice choice, long seed, String phase, boolean reused, int epochs) {
    if (!reused) {
      say(choice + ", seed " + seed + ": " + phase + " begins");
    }
  }

  @Override
  public void trialEnded(TrialResult result) {
    say(
        String.format(
            Locale.ROOT,
            "%s, seed %d: %.2f %% test accuracy",
            result.choice(),
            result.seed(),
            100 * result.test().accuracy()));
  }

  @Override
  public void trialFailed(StrategyChoice choice, long seed, String reason) {
    say(choice + ", seed " + seed + ": failed: " + reason);
  }

  @Override
  public void note(String message) {
    say(message);
  }
}
