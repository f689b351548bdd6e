package org.kd4j.core.data.frames;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of {@link Frames}: each a row of phones, each phone three states. A state of a phone is
 * a class of the data set, whichever word it stands in; every state lasts at least one frame, and
 * stays with one probability from frame to frame, as in a hidden Markov model.
 */
public final class Lexicon {
  /** Probability of silence after a word that is not the last. */
  static final double PAUSE = 0.35;

  /** The only one. */
  public static final Lexicon WORDS = new Lexicon();

  private final List<String> words = new ArrayList<>();
  private final List<int[]> phones = new ArrayList<>();

  private Lexicon() {
    add(
        "see S IY|sheet SH IY T|seat S IY T|sit S IH T|set S EH T|sat S AE T|man M AE N|men M EH N");
    add("mean M IY N|moon M UW N|noon N UW N|tool T UW L|tall T AO L|tell T EH L|bell B EH L");
    add("ball B AO L|beat B IY T|bit B IH T|bat B AE T|kit K IH T|cat K AE T|caught K AO T");
    add("fish F IH SH|fan F AE N|fin F IH N|lead L IY D|lid L IH D|led L EH D|bird B ER D");
    add(
        "turn T ER N|shirt SH ER T|first F ER S T|soon S UW N|dish D IH SH|mess M EH S|miss M IH S");
    add("solid S AA L IH D|tennis T EH N IH S|salad S AE L AA D|button B ER T IH N");
    add("fellow F EH L AO|lemon L EH M IH N|missile M IH S IH L|kitten K IH T IH N");
  }

  private void add(String lines) {
    for (String line : lines.split("\\|")) {
      String[] parts = line.split(" ");
      words.add(parts[0]);
      phones.add(Arrays.stream(parts).skip(1).mapToInt(Phone::of).toArray());
    }
  }

  /** How many words. */
  public int size() {
    return words.size();
  }

  /** A word as people write it. */
  public String word(int index) {
    return words.get(index);
  }

  /** How many states there are: the classes of the data set. */
  public int states() {
    return Phone.ALL.size() * Phone.STATES;
  }

  /** What a state is called: {@code IY.2}, the second third of the vowel of "see". */
  public String state(int state) {
    return Phone.ALL.get(state / Phone.STATES).name() + "." + (state % Phone.STATES + 1);
  }

  /** The states of a word, in order. */
  public int[] states(int word) {
    return states(phones.get(word));
  }

  /** The states of the silence between words. */
  public int[] silence() {
    return states(new int[] {Phone.SILENCE});
  }

  /** Probability that the next frame is of the same state. */
  public double stay(int state) {
    return 1 - 1 / Phone.ALL.get(state / Phone.STATES).frames();
  }

  /** Probability of silence after a word that is not the last; the next word follows else. */
  public double pause() {
    return PAUSE;
  }

  int[] phones(int word) {
    return phones.get(word);
  }

  private static int[] states(int[] phones) {
    int[] states = new int[phones.length * Phone.STATES];
    for (int i = 0; i < states.length; i++) {
      states[i] = phones[i / Phone.STATES] * Phone.STATES + i % Phone.STATES;
    }
    return states;
  }
}
