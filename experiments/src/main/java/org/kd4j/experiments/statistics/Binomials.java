package org.kd4j.experiments.statistics;

/**
 * Binomial draws by inversion from the mode outwards: of a uniform number the probabilities of the
 * likeliest count, its neighbours, theirs … are taken off until it is used up (C. Kemp, "A Modal
 * Method for Generating Binomial Variables", Communications in Statistics, 1986). Exact, and of
 * about as many steps as the count has standard deviation.
 */
final class Binomials {
  private final double[] logFactorials;

  /**
   * @param most trials of any draw
   */
  Binomials(int most) {
    logFactorials = new double[most + 1];
    for (int i = 2; i <= most; i++) {
      logFactorials[i] = logFactorials[i - 1] + StrictMath.log(i);
    }
  }

  /**
   * How many of some trials succeed.
   *
   * @param trials at most those of the constructor
   * @param p chance of each
   * @param uniform on [0, 1), all the chance there is
   */
  int draw(int trials, double p, double uniform) {
    if (p <= 0) {
      return 0;
    }
    if (p >= 1) {
      return trials;
    }
    int mode = (int) Math.min(trials, Math.floor((trials + 1) * p));
    double odds = p / (1 - p);
    double atMode =
        StrictMath.exp(
            logFactorials[trials]
                - logFactorials[mode]
                - logFactorials[trials - mode]
                + mode * StrictMath.log(p)
                + (trials - mode) * StrictMath.log(1 - p));
    double left = uniform - atMode;
    int down = mode;
    int up = mode;
    double below = atMode;
    double above = atMode;
    while (left >= 0 && (down > 0 || up < trials)) {
      if (up < trials) {
        above *= odds * (trials - up) / (up + 1);
        up++;
        left -= above;
        if (left < 0) {
          return up;
        }
      }
      if (down > 0) {
        below *= down / (odds * (trials - down + 1));
        down--;
        left -= below;
        if (left < 0) {
          return down;
        }
      }
    }
    return mode; // the mode's own share, or what rounding left over
  }
}
