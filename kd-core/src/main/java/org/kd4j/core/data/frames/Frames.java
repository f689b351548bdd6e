package org.kd4j.core.data.frames;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Normalization;

/**
 * Spectral frames of synthetic speech, as many as wanted and without a file, for the acoustic model
 * of a hybrid recogniser: a sample is a window of 11 frames of 20 log filter-bank energies, its
 * class the state of the hidden Markov model that made the frame in the middle (G. Hinton, O.
 * Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", 2015, section 4, has 26 frames
 * of 40 and 14,000 states).
 *
 * <p>An utterance is a few words of a small {@link Lexicon} in any order. Its speaker has a vocal
 * tract, vowels and a microphone of their own, formants glide from phone to phone, and the room is
 * noisy. Speakers of train, validation and test are others. The frames of a split are its
 * utterances one after the other, so that whoever knows this spec knows where each begins and which
 * words were said: what the frames' classes become words for.
 *
 * <p>Utterance i of a split is a pure function of (seed, split, i): more never change those before
 * them.
 *
 * @param train utterances that are learnt from
 * @param validation utterances for choices
 * @param test utterances for the end
 * @param seed of the data, apart from a trial's
 */
public record Frames(int train, int validation, int test, long seed) {
  /** Filters of the bank: energies a frame. */
  public static final int CHANNELS = 20;

  /** Frames a window. */
  public static final int WINDOW = 11;

  /** Utterances by each speaker of a split, in turn. */
  private static final int BY_EACH = 5;

  // What centres and scales the codes, about; the same for every draw of the set.
  private static final float MEAN = 110;
  private static final float DEVIATION = 36;

  /** Checks the numbers of utterances. */
  public Frames {
    for (int count : new int[] {train, validation, test}) {
      UsageException.require(
          count >= 1 && count <= 20_000,
          "frames: train, validation and test must be 1 to 20000 utterances, were %d, %d and %d",
          train,
          validation,
          test);
    }
  }

  /** Reads {@code frames}, {@code frames,train=400,test=100}. */
  public static Frames parse(SpecText spec) {
    spec.knowing("train", "validation", "test", "seed");
    UsageException.require(
        spec.argument().isEmpty(),
        "frames takes nothing after its name but options, as in frames,train=400; was '%s'",
        spec);
    return new Frames(
        spec.integer("train", 300),
        spec.integer("validation", 40),
        spec.integer("test", 100),
        spec.integer("seed", 0));
  }

  /** The utterances that are learnt from. */
  public List<Utterance> trainUtterances() {
    return utterances("train", train);
  }

  /** The utterances for choices. */
  public List<Utterance> validationUtterances() {
    return utterances("validation", validation);
  }

  /** The utterances for the end. */
  public List<Utterance> testUtterances() {
    return utterances("test", test);
  }

  private List<Utterance> utterances(String split, int count) {
    Draws voices = Draws.of(seed, "frames", split, "speaker");
    Draws said = Draws.of(seed, "frames", split, "utterance");
    return IntStream.range(0, count)
        .parallel()
        .mapToObj(
            i -> {
              int who = i / BY_EACH;
              return Voice.say(who, new Speaker(voices.at(who)), said.at(i));
            })
        .toList();
  }

  /** A name per class: {@code IY.2}. */
  static List<String> classNames() {
    return IntStream.range(0, Lexicon.WORDS.states()).mapToObj(Lexicon.WORDS::state).toList();
  }

  /**
   * The windows of utterances, one a frame, in order; at the ends of an utterance its first or last
   * frame is repeated.
   */
  static ArraySamples windows(String name, List<Utterance> utterances) {
    int total = utterances.stream().mapToInt(Utterance::frames).sum();
    byte[] values = new byte[Math.multiplyExact(total, WINDOW * CHANNELS)];
    List<Integer> labels = new ArrayList<>();
    int to = 0;
    for (Utterance utterance : utterances) {
      for (int t = 0; t < utterance.frames(); t++) {
        labels.add(utterance.states()[t]);
        for (int w = -WINDOW / 2; w <= WINDOW / 2; w++) {
          int from = Math.max(0, Math.min(utterance.frames() - 1, t + w));
          System.arraycopy(utterance.spectra(), from * CHANNELS, values, to, CHANNELS);
          to += CHANNELS;
        }
      }
    }
    return ArraySamples.ofBytes(
        name,
        new Shape(WINDOW * CHANNELS),
        Lexicon.WORDS.states(),
        values,
        labels.stream().mapToInt(Integer::intValue).toArray(),
        new Normalization(List.of(MEAN), List.of(DEVIATION)));
  }
}
