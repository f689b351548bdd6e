package org.kd4j.experiments.statistics;

/**
 * What a comparison says, in words that do not say more than its numbers: the one rule by which
 * tables, headlines and reports speak.
 *
 * <p>A row is better (or worse) than what it is compared with if the two-sided p of the t-test
 * paired by seed, corrected after Holm over all rows of the study that were tested, is below 0.05,
 * and its mean is higher (or lower). Of studies in which no row differs at all, about one in twenty
 * or fewer say so of any row, as far as differences are spread roughly normally over seeds. Else no
 * difference is detectable: which is not to say that there is none. Where nothing could be tested
 * there is no statement.
 */
public enum Verdict {
  /** Higher than chance alone would rarely make it. */
  BETTER("better"),
  /** Lower than chance alone would rarely make it. */
  WORSE("worse"),
  /** May be chance, or too small for this many seeds to show. */
  NOT_DETECTABLE("no difference detectable"),
  /** One seed, no seed in common, or no spread to measure the difference by. */
  NO_STATEMENT("no statement");

  /** The level of the tests, of all rows of a study together. */
  public static final double LEVEL = 0.05;

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /**
   * The verdict on a difference where higher is better.
   *
   * @param difference paired by seed
   * @param corrected its p after correction for all comparisons of the study; NaN without a test
   */
  public static Verdict of(PairedDifference difference, double corrected) {
    if (Double.isNaN(corrected)) {
      return NO_STATEMENT;
    }
    if (!(corrected < LEVEL)) {
      return NOT_DETECTABLE;
    }
    return difference.mean().value() > 0 ? BETTER : WORSE;
  }

  /** As people read it: {@code no difference detectable}. */
  public String words() {
    return words;
  }

  /** Why there is no statement on a difference that was not tested; empty where there is one. */
  public static String whyNone(PairedDifference difference) {
    if (!Double.isNaN(difference.p())) {
      return "";
    }
    return switch (difference.mean().n()) {
      case 0 -> "no seed in common";
      case 1 -> "one seed";
      default -> "the same difference at every seed";
    };
  }
}
