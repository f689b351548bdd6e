package org.kd4j.core.data.frames;

import org.kd4j.core.base.Draws;

/**
 * Somebody who speaks: a vocal tract longer or shorter than the phones' tables have it, vowels of
 * their own, a voice that falls off more or less steeply towards high frequencies, and a
 * microphone.
 */
final class Speaker {
  private static final double TRACT = 0.13;
  private static final double ACCENT = 0.09;
  private static final double SLOPE = 2;
  private static final double MICROPHONE = 4;

  /** Formants of each phone, in hertz. */
  final double[][] formants = new double[Phone.ALL.size()][3];

  /** What each channel gains, in decibels. */
  final double[] gain = new double[Frames.CHANNELS];

  /** By what resonances and noise bands are moved. */
  final double tract;

  Speaker(Draws draws) {
    Bells bells = new Bells(draws);
    tract = StrictMath.exp(TRACT * bells.next());
    for (int phone = 0; phone < formants.length; phone++) {
      for (int k = 0; k < 3; k++) {
        formants[phone][k] =
            Phone.ALL.get(phone).formants()[k] * tract * StrictMath.exp(ACCENT * bells.next());
      }
    }
    double slope = SLOPE * bells.next();
    double bow = MICROPHONE * bells.next();
    for (int c = 0; c < gain.length; c++) {
      double place = 2.0 * c / (gain.length - 1) - 1;
      gain[c] = 3 * slope * place + bow * (place * place - 0.5) + 0.8 * bells.next();
    }
  }

  /** Nearly normal numbers of deviation 1, one after the other: sums of four uniforms. */
  static final class Bells {
    private final Draws draws;
    private int drawn;

    Bells(Draws draws) {
      this.draws = draws;
    }

    double next() {
      long bits = draws.bits(drawn++);
      long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
      return (sum - 131070) / 37837.2;
    }

    double uniform() {
      return draws.uniform(drawn++);
    }

    int below(int bound) {
      return draws.below(drawn++, bound);
    }
  }
}
