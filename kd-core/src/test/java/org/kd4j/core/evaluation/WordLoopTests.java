package org.kd4j.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.frames.Frames;
import org.kd4j.core.data.frames.Lexicon;
import org.kd4j.core.data.frames.Utterance;

/** The likeliest path against all paths, and words out of frames. */
class WordLoopTests {
  @Test
  void viterbiFindsTheBestOfAllPaths() {
    for (int trial = 0; trial < 60; trial++) {
      Draws draws = Draws.of(trial, "hmm");
      int places = 2 + trial % 3;
      int frames = 1 + trial % 5;
      HiddenMarkovModel model = random(draws, places);
      double[][] likelihoods = new double[frames][3];
      for (int t = 0; t < frames; t++) {
        for (int c = 0; c < 3; c++) {
          likelihoods[t][c] = 2 * draws.gaussian(1000 + 10L * t + c);
        }
      }
      double most = Double.NEGATIVE_INFINITY;
      for (int code = 0; code < Math.pow(places, frames); code++) {
        int[] path = new int[frames];
        for (int t = 0, rest = code; t < frames; t++, rest /= places) {
          path[t] = rest % places;
        }
        most = Math.max(most, score(model, path, likelihoods));
      }
      int[] found = model.viterbi(likelihoods);
      assertThat(score(model, found, likelihoods)).isCloseTo(most, within(1e-12));
    }
  }

  /** All arcs but some, which are missing as a word's last place is not reached from its first. */
  private static HiddenMarkovModel random(Draws draws, int places) {
    int[] emits = new int[places];
    double[] start = new double[places];
    double[] stop = new double[places];
    List<List<HiddenMarkovModel.Arc>> arcs = new ArrayList<>();
    for (int p = 0; p < places; p++) {
      emits[p] = draws.below(p, 3);
      start[p] = p == 1 ? Double.NEGATIVE_INFINITY : Math.log(draws.uniform(100 + p));
      stop[p] = Math.log(draws.uniform(200 + p));
      List<HiddenMarkovModel.Arc> into = new ArrayList<>();
      for (int from = 0; from < places; from++) {
        if (from != p + 1) {
          into.add(new HiddenMarkovModel.Arc(from, Math.log(draws.uniform(300 + 10L * p + from))));
        }
      }
      arcs.add(into);
    }
    return new HiddenMarkovModel(emits, start, stop, arcs);
  }

  private static double score(HiddenMarkovModel model, int[] path, double[][] likelihoods) {
    double score = model.start()[path[0]] + likelihoods[0][model.emits()[path[0]]];
    for (int t = 1; t < path.length; t++) {
      double arc = Double.NEGATIVE_INFINITY;
      for (HiddenMarkovModel.Arc each : model.arcs().get(path[t])) {
        arc = each.from() == path[t - 1] ? each.logProbability() : arc;
      }
      score += arc + likelihoods[t][model.emits()[path[t]]];
    }
    return score + model.stop()[path[path.length - 1]];
  }

  private static final Lexicon WORDS = Lexicon.WORDS;
  private static final List<Utterance> SAID = new Frames(12, 1, 1, 3).trainUtterances();

  @Test
  void whoeverKnowsTheStatesKnowsTheWords() {
    WordLoop loop = new WordLoop(WORDS);
    double[] priors = new double[WORDS.states()];
    for (Utterance utterance : SAID) {
      assertThat(loop.words(sure(utterance, 12), 0, utterance.frames(), priors))
          .isEqualTo(utterance.words());
    }
  }

  /** Logits that favour each frame's own state. */
  private static Predictions sure(Utterance utterance, float by) {
    float[] logits = new float[utterance.frames() * WORDS.states()];
    for (int t = 0; t < utterance.frames(); t++) {
      logits[t * WORDS.states() + utterance.states()[t]] = by;
    }
    return new Predictions(logits, WORDS.states(), utterance.states());
  }

  /** A network that says only how often states are says nothing once priors are divided out. */
  @Test
  void priorsAreDividedOut() {
    Utterance utterance = SAID.get(0);
    int[] labels = SAID.stream().flatMapToInt(u -> java.util.Arrays.stream(u.states())).toArray();
    double[] priors = WordLoop.logPriors(labels, WORDS.states());
    double mass = 0;
    for (double prior : priors) {
      mass += Math.exp(prior);
    }
    assertThat(mass).isCloseTo(1, within(1e-12));
    Predictions sure = sure(utterance, 9);
    float[] biased = sure.logits().clone();
    for (int i = 0; i < biased.length; i++) {
      biased[i] += (float) priors[i % priors.length];
    }
    Predictions prejudiced = new Predictions(biased, WORDS.states(), utterance.states());
    WordLoop loop = new WordLoop(WORDS);
    assertThat(loop.words(prejudiced, 0, utterance.frames(), priors))
        .isEqualTo(loop.words(sure, 0, utterance.frames(), new double[priors.length]));
  }

  @Test
  void tooShortForSilenceAtBothEndsIsRefused() {
    Predictions two = new Predictions(new float[4 * WORDS.states()], WORDS.states(), new int[4]);
    assertThatThrownBy(() -> new WordLoop(WORDS).words(two, 0, 2, new double[WORDS.states()]))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("2 frames long");
  }

  @Test
  void errorsAreTheFewestEdits() {
    assertThat(WordErrors.distance(letters("kitten"), letters("sitting"))).isEqualTo(3);
    assertThat(WordErrors.distance(letters("intention"), letters("execution"))).isEqualTo(5);
    assertThat(WordErrors.distance(letters(""), letters("abc"))).isEqualTo(3);
    assertThat(WordErrors.distance(letters("abc"), letters(""))).isEqualTo(3);
    WordErrors two =
        WordErrors.NONE.plus(letters("ab"), letters("abc")).plus(letters("abc"), letters("xbc"));
    assertThat(two).isEqualTo(new WordErrors(2, 5));
    assertThat(two.rate()).isEqualTo(0.4);
  }

  private static List<Integer> letters(String text) {
    return text.chars().boxed().toList();
  }
}
