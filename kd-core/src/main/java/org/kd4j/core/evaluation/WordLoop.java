package org.kd4j.core.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.frames.Lexicon;

/**
 * Words out of frames: the likeliest row of words of a lexicon, any word after any other, with
 * silence at both ends and, it may be, between. A network's posteriors become likelihoods by
 * dividing by the priors of the states: log p(x|s) = log p(s|x) − log p(s) + const (H. Bourlard and
 * N. Morgan, "Connectionist Speech Recognition: A Hybrid Approach", 1994, chapter 7).
 *
 * <pre>
 *   silence → word → word → silence → word → silence
 * </pre>
 */
public final class WordLoop {
  /** A place that belongs to silence. */
  private static final int NO_WORD = -1;

  private final HiddenMarkovModel model;
  private final List<Integer> wordOf = new ArrayList<>();
  private final List<Boolean> first = new ArrayList<>();

  /**
   * @param lexicon the words, each as likely as any other
   */
  public WordLoop(Lexicon lexicon) {
    List<Integer> emits = new ArrayList<>();
    List<List<HiddenMarkovModel.Arc>> arcs = new ArrayList<>();
    List<Integer> entries = new ArrayList<>();
    List<Integer> exits = new ArrayList<>();
    for (int word = NO_WORD; word < lexicon.size(); word++) {
      int[] states = word == NO_WORD ? lexicon.silence() : lexicon.states(word);
      for (int i = 0; i < states.length; i++) {
        int place = emits.size();
        double stay = lexicon.stay(states[i]);
        List<HiddenMarkovModel.Arc> into = new ArrayList<>();
        into.add(new HiddenMarkovModel.Arc(place, Math.log(stay)));
        if (i > 0) {
          double leave = 1 - lexicon.stay(states[i - 1]);
          into.add(new HiddenMarkovModel.Arc(place - 1, Math.log(leave)));
        }
        emits.add(states[i]);
        wordOf.add(word);
        first.add(i == 0);
        arcs.add(into);
      }
      entries.add(emits.size() - states.length);
      exits.add(emits.size() - 1);
    }
    // After a word, silence or a word; after silence, a word; each word as likely as any other.
    for (int to = 0; to < entries.size(); to++) {
      for (int from = 0; from < exits.size(); from++) {
        if (from != 0 || to != 0) {
          double leave = 1 - lexicon.stay(emits.get(exits.get(from)));
          double silence = from == 0 ? 0 : lexicon.pause();
          double choice = to == 0 ? silence : (1 - silence) / lexicon.size();
          double log = Math.log(leave * choice);
          arcs.get(entries.get(to)).add(new HiddenMarkovModel.Arc(exits.get(from), log));
        }
      }
    }
    double[] start = new double[emits.size()];
    double[] stop = new double[emits.size()];
    Arrays.fill(start, Double.NEGATIVE_INFINITY);
    Arrays.fill(stop, Double.NEGATIVE_INFINITY);
    start[entries.get(0)] = 0;
    stop[exits.get(0)] = Math.log(1 - lexicon.stay(emits.get(exits.get(0))));
    int[] plain = emits.stream().mapToInt(Integer::intValue).toArray();
    model = new HiddenMarkovModel(plain, start, stop, arcs);
  }

  /**
   * Recognises an utterance.
   *
   * @param predictions whose frames in order are rows of the predictions
   * @param from the utterance's first row
   * @param frames how many
   * @param logPriors log p(s) of each state; see {@link #logPriors}
   * @return the words, by index into the lexicon
   */
  public List<Integer> words(Predictions predictions, int from, int frames, double[] logPriors) {
    UsageException.require(
        predictions.classes() == logPriors.length,
        "a prior for each state: %d states, %d priors",
        predictions.classes(),
        logPriors.length);
    double[][] likelihoods = new double[frames][];
    for (int t = 0; t < frames; t++) {
      likelihoods[t] = predictions.logProbabilities(from + t, 1);
      for (int s = 0; s < logPriors.length; s++) {
        likelihoods[t][s] -= logPriors[s];
      }
    }
    List<Integer> words = new ArrayList<>();
    int last = NO_WORD;
    int[] path = model.viterbi(likelihoods);
    for (int t = 0; t < frames; t++) {
      // A word begins where its first place is entered, not where it is stayed in.
      boolean entered = path[t] != last && first.get(path[t]);
      if (entered && wordOf.get(path[t]) != NO_WORD) {
        words.add(wordOf.get(path[t]));
      }
      last = path[t];
    }
    return List.copyOf(words);
  }

  /**
   * Log priors of states: their shares among labels, a half added to each count so that a state
   * that was never seen is rare and not impossible.
   *
   * @param labels of training frames; −1 does not count
   * @param states how many there are
   */
  public static double[] logPriors(int[] labels, int states) {
    double[] counts = new double[states];
    Arrays.fill(counts, 0.5);
    for (int label : labels) {
      if (label >= 0) {
        counts[label]++;
      }
    }
    double total = Arrays.stream(counts).sum();
    return Arrays.stream(counts).map(c -> Math.log(c / total)).toArray();
  }
}
