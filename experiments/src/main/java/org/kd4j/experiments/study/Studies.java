package org.kd4j.experiments.study;

import java.util.List;
import java.util.Map;

/** Plans and runs studies. */
public interface Studies {
  /**
   * What a study will do; trains nothing, and refuses all bad input.
   *
   * @param spec what is asked
   * @param settings where and how it would run
   * @param listener hears what takes a while
   */
  StudyPlan plan(StudySpec spec, RunSettings settings, StudyListener listener);

  /**
   * Runs a study. Bad input is refused before anything is trained; a trial that fails becomes a
   * line among {@linkplain StudyResult#failures() the failures} and the others go on.
   *
   * @param spec what is asked
   * @param settings where and how it runs
   * @param listener watches
   */
  StudyResult run(StudySpec spec, RunSettings settings, StudyListener listener);

  /**
   * Trains a study's trials and reads the validation accuracy of what they deploy; the test split
   * is not read. Bad input is refused before; a trial that fails is noted, and its row has NaN.
   *
   * @param spec what is asked
   * @param settings where and how it runs
   * @param listener watches
   * @return mean over seeds, by row
   */
  Map<StrategyChoice, Double> validate(
      StudySpec spec, RunSettings settings, StudyListener listener);

  /**
   * The rows of a study that do not fit its data, for who asks for every strategy there is; {@link
   * #plan} and {@link #run} refuse such rows instead.
   *
   * @param spec what is asked
   * @param settings where its data lies
   * @param listener hears what takes a while
   */
  List<Unfit> unfit(StudySpec spec, RunSettings settings, StudyListener listener);

  /**
   * A row that does not fit.
   *
   * @param choice the row
   * @param missing the need that is not met, as a clause: {@code needs at least 3 classes, …}
   */
  record Unfit(StrategyChoice choice, String missing) {}
}
