package org.kd4j.experiments.study;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.frames.Frames;
import org.kd4j.core.data.frames.Lexicon;
import org.kd4j.core.data.frames.Utterance;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.evaluation.WordErrors;
import org.kd4j.core.evaluation.WordLoop;
import org.kd4j.core.phase.Knowledge;

/**
 * {@code words}: what the frames of the test utterances are recognised as, by the likeliest row of
 * words ({@link WordLoop}; priors of the states are those of the training frames). {@code errors}:
 * word error rate of what is deployed; {@code NAME.errors}: of what is reported beside it.
 */
final class RecognisedWords implements Measurement {
  @Override
  public Optional<String> missing(Samples test) {
    return test.name().equals("frames/test")
        ? Optional.empty()
        : Optional.of("needs utterances, which only frames has; the data is " + test.name());
  }

  @Override
  public SortedMap<String, Double> of(Ended trial) {
    var task = trial.session().task();
    List<Utterance> utterances = Frames.parse(SpecText.parse(task.name())).testUtterances();
    int states = trial.test().classes();
    double[] priors = WordLoop.logPriors(task.train().labels(), states);
    WordLoop loop = new WordLoop(Lexicon.WORDS);
    SortedMap<String, Double> numbers = new TreeMap<>();
    numbers.put("errors", rate(trial, trial.deployed(), utterances, loop, priors));
    trial
        .others()
        .forEach(
            (name, who) ->
                numbers.put(name + ".errors", rate(trial, who, utterances, loop, priors)));
    return numbers;
  }

  private static double rate(
      Ended trial, Knowledge who, List<Utterance> utterances, WordLoop loop, double[] priors) {
    Predictions said = trial.session().predict(who, trial.test());
    WordErrors errors = WordErrors.NONE;
    int from = 0;
    for (Utterance utterance : utterances) {
      List<Integer> heard = loop.words(said, from, utterance.frames(), priors);
      errors = errors.plus(utterance.words(), heard);
      from += utterance.frames();
    }
    return errors.rate();
  }
}
