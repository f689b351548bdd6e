package org.kd4j.core.data.frames;

import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.base.Draws;

/**
 * Says one utterance: picks words, lets every state last, glides the formants from phone to phone,
 * and listens through a bank of filters in a noisy room. Draws are taken in order, so the order of
 * the code is part of the data; a golden test keeps it.
 *
 * <p>How much each thing varies was set so that a small network tells somewhat more than half of
 * the frames apart, as acoustic models of the time did, and several networks more than one.
 */
final class Voice {
  private static final int WORDS_LEAST = 3;
  private static final int WORDS_MOST = 7;
  private static final double GLIDE_EDGE = 0.38;
  private static final double WOBBLE = 0.05;
  private static final double FLUTTER = 3.2;
  private static final double ROOM_LEAST = 10;
  private static final double ROOM_MOST = 30;
  private static final double LOUDNESS = 4;
  private static final double[] BANDWIDTH = {90, 130, 190};
  private static final double[] FALL = {0, 7, 13};
  private static final double STEPS_PER_DECIBEL = 3;
  private static final double ZERO = 6;

  /** Centres of the filters in hertz, even on the mel scale, and their widths. */
  private static final double[] CENTRE = new double[Frames.CHANNELS];

  private static final double[] WIDTH = new double[Frames.CHANNELS];

  static {
    double low = mel(150);
    double high = mel(5600);
    for (int c = 0; c < CENTRE.length; c++) {
      CENTRE[c] = hertz(low + (high - low) * c / (CENTRE.length - 1));
      WIDTH[c] = hertz(mel(CENTRE[c]) + (high - low) / (CENTRE.length - 1)) - CENTRE[c];
    }
  }

  private final Speaker speaker;
  private final Speaker.Bells bells;
  private final List<Integer> states = new ArrayList<>();
  private final List<Integer> before = new ArrayList<>();
  private final List<Integer> after = new ArrayList<>();

  private Voice(Speaker speaker, Draws draws) {
    this.speaker = speaker;
    this.bells = new Speaker.Bells(draws);
  }

  /**
   * An utterance.
   *
   * @param who of the split
   * @param speaker who says it
   * @param draws its own
   */
  static Utterance say(int who, Speaker speaker, Draws draws) {
    Voice voice = new Voice(speaker, draws);
    List<Integer> words = voice.words();
    byte[] spectra = voice.spectra();
    return new Utterance(
        who, words, voice.states.stream().mapToInt(Integer::intValue).toArray(), spectra);
  }

  /** Picks words, silence around them and now and then between, and how long each state lasts. */
  private List<Integer> words() {
    Lexicon lexicon = Lexicon.WORDS;
    int count = WORDS_LEAST + bells.below(WORDS_MOST - WORDS_LEAST + 1);
    List<Integer> words = new ArrayList<>();
    List<Integer> phones = new ArrayList<>(List.of(Phone.SILENCE));
    for (int i = 0; i < count; i++) {
      int word = bells.below(lexicon.size());
      words.add(word);
      for (int phone : lexicon.phones(word)) {
        phones.add(phone);
      }
      if (i + 1 == count || bells.uniform() < lexicon.pause()) {
        phones.add(Phone.SILENCE);
      }
    }
    for (int p = 0; p < phones.size(); p++) {
      int last = phones.get(Math.max(0, p - 1));
      int next = phones.get(Math.min(phones.size() - 1, p + 1));
      for (int s = 0; s < Phone.STATES; s++) {
        int state = phones.get(p) * Phone.STATES + s;
        do {
          states.add(state);
          before.add(last);
          after.add(next);
        } while (bells.uniform() < lexicon.stay(state));
      }
    }
    return List.copyOf(words);
  }

  private byte[] spectra() {
    double loudness = LOUDNESS * bells.next();
    double room = ROOM_LEAST + (ROOM_MOST - ROOM_LEAST) * bells.uniform();
    double roomSlope = 3 * bells.next();
    byte[] spectra = new byte[states.size() * Frames.CHANNELS];
    for (int t = 0; t < states.size(); t++) {
      Phone phone = Phone.ALL.get(states.get(t) / Phone.STATES);
      int s = states.get(t) % Phone.STATES;
      double[] formants = formants(t, s);
      for (int k = 0; k < formants.length; k++) {
        formants[k] *= 1 + WOBBLE * bells.next();
      }
      double centre = phone.noiseCentre() * (1 + (speaker.tract - 1) / 2);
      for (int c = 0; c < Frames.CHANNELS; c++) {
        double place = 2.0 * c / (Frames.CHANNELS - 1) - 1;
        double energy = power(room - 4 * place + roomSlope * place);
        for (int k = 0; k < formants.length && phone.voice()[s] > 0; k++) {
          double off = (CENTRE[c] - formants[k]) / (BANDWIDTH[k] + WIDTH[c] / 2);
          energy += power(phone.voice()[s] + loudness - FALL[k]) / (1 + off * off);
        }
        if (phone.noise()[s] > 0) {
          double off = (CENTRE[c] - centre) / phone.noiseWidth();
          energy += power(phone.noise()[s] + loudness) * StrictMath.exp(-off * off / 2);
        }
        double heard = 10 * StrictMath.log10(energy) + speaker.gain[c] + FLUTTER * bells.next();
        double code = STEPS_PER_DECIBEL * (heard + ZERO) + 0.5;
        spectra[t * Frames.CHANNELS + c] = (byte) (int) Math.max(0, Math.min(255, code));
      }
    }
    return spectra;
  }

  /** A speaker's formants, on the way from the phone before or to the one after. */
  private double[] formants(int t, int s) {
    double[] own = speaker.formants[states.get(t) / Phone.STATES];
    int other = s == 0 ? before.get(t) : after.get(t);
    double glide = s == 1 || other == Phone.SILENCE ? 0 : GLIDE_EDGE;
    double[] here = new double[own.length];
    for (int k = 0; k < own.length; k++) {
      here[k] = (1 - glide) * own[k] + glide * speaker.formants[other][k];
    }
    return here;
  }

  private static double power(double decibels) {
    return StrictMath.pow(10, decibels / 10);
  }

  private static double mel(double hertz) {
    return 2595 * StrictMath.log10(1 + hertz / 700);
  }

  private static double hertz(double mel) {
    return 700 * (StrictMath.pow(10, mel / 2595) - 1);
  }
}
