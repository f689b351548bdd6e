package org.kd4j.core.data.frames;

import java.util.List;

/**
 * A sound of speech as an acoustic model has it: three states in a row, a resonance at each formant
 * and a band of noise, each as loud as its state has it.
 *
 * @param name in the letters of the ARPAbet
 * @param formants resonances of the vocal tract of a speaker of scale 1, in hertz; of a consonant,
 *     where the neighbouring vowel's formants come from and go to
 * @param voice level of the voiced part in each state, in decibels; 0 is inaudible
 * @param noiseCentre centre of the noise band, in hertz
 * @param noiseWidth its width
 * @param noise its level in each state
 * @param frames mean number of frames a state lasts
 */
record Phone(
    String name,
    double[] formants,
    double[] voice,
    double noiseCentre,
    double noiseWidth,
    double[] noise,
    double frames) {
  /** States of each phone. */
  static final int STATES = 3;

  /** The first one, which is between words and at the ends of an utterance. */
  static final int SILENCE = 0;

  /**
   * All there are. Formants of the vowels are the means over men of G. Peterson and H. Barney,
   * "Control Methods Used in a Study of the Vowels", Journal of the Acoustical Society of America
   * 24, 1952, table II.
   */
  static final List<Phone> ALL =
      List.of(
          new Phone("SIL", hertz(500, 1500, 2500), at(0, 0, 0), 1000, 500, at(0, 0, 0), 3.5),
          vowel("IY", 270, 2290, 3010),
          vowel("IH", 390, 1990, 2550),
          vowel("EH", 530, 1840, 2480),
          vowel("AE", 660, 1720, 2410),
          vowel("AA", 730, 1090, 2440),
          vowel("AO", 570, 840, 2410),
          vowel("UW", 300, 870, 2240),
          vowel("ER", 490, 1350, 1690),
          new Phone("M", hertz(250, 1000, 2200), at(40, 42, 40), 1000, 500, at(0, 0, 0), 2.2),
          new Phone("N", hertz(250, 1500, 2500), at(40, 42, 40), 1000, 500, at(0, 0, 0), 2.2),
          new Phone("L", hertz(360, 1000, 2700), at(44, 45, 46), 1000, 500, at(0, 0, 0), 2.0),
          new Phone("S", hertz(320, 1700, 2600), at(18, 0, 18), 4800, 900, at(38, 42, 38), 2.8),
          new Phone("SH", hertz(320, 1900, 2500), at(18, 0, 18), 3000, 800, at(38, 42, 38), 2.8),
          new Phone("F", hertz(320, 1100, 2300), at(18, 0, 18), 4200, 2200, at(26, 30, 26), 2.4),
          new Phone("T", hertz(300, 1750, 2650), at(8, 0, 20), 4200, 1400, at(0, 40, 30), 1.6),
          new Phone("K", hertz(300, 2000, 2400), at(8, 0, 20), 2200, 700, at(0, 40, 30), 1.6),
          new Phone("D", hertz(300, 1700, 2600), at(28, 30, 40), 3800, 1400, at(0, 34, 12), 1.5),
          new Phone("B", hertz(280, 900, 2250), at(28, 30, 40), 800, 500, at(0, 34, 12), 1.5));

  private static Phone vowel(String name, double... formants) {
    return new Phone(name, formants, at(48, 51, 48), 1000, 500, at(0, 0, 0), 2.8);
  }

  private static double[] hertz(double... values) {
    return values;
  }

  private static double[] at(double... states) {
    return states;
  }

  /** The place of a phone by its name. */
  static int of(String name) {
    for (int i = 0; i < ALL.size(); i++) {
      if (ALL.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no phone " + name);
  }
}
