package org.kd4j.experiments.statistics;

import java.util.Arrays;
import org.kd4j.core.base.UsageException;

/**
 * Wilcoxon's signed-rank test of paired differences: whether they lie symmetrically about 0, judged
 * by the ranks of their magnitudes alone (F. Wilcoxon, "Individual Comparisons by Ranking Methods",
 * Biometrics Bulletin, 1945).
 *
 * <p>Zeros are ranked with the others and then dropped (J. Pratt, "Remarks on Zeros and Ties in the
 * Wilcoxon Signed Rank Procedures", Journal of the American Statistical Association, 1959);
 * dropping them first, as Wilcoxon did, could make a sample look stronger for being nearer to 0.
 * Ties share their mean rank. The p-value is exact with zeros and ties too: it counts, of all
 * assignments of signs to the ranks that remain, those at least as far out. Without zeros and ties
 * this is the tabulated test; in no case is a normal approximation used, which for ten seeds would
 * be a poor one.
 *
 * @param positive sum of the ranks of the differences above 0
 * @param negative sum of the ranks of those below
 * @param zeros how many differences are 0
 * @param p two-sided: twice the smaller tail, at most 1
 */
public record WilcoxonSignedRank(double positive, double negative, int zeros, double p) {
  private static final int MOST = 1000;

  /**
   * The test.
   *
   * @param differences at least one, finite; equal ones must be the same bits
   */
  public static WilcoxonSignedRank of(double... differences) {
    UsageException.require(
        differences.length >= 1 && differences.length <= MOST,
        "a signed-rank test takes 1 to 1000 differences, got %s",
        differences.length);
    UsageException.require(
        Arrays.stream(differences).allMatch(Double::isFinite),
        "differences must be finite, were %s",
        Arrays.toString(differences));
    double[] ranks = Ranks.of(Arrays.stream(differences).map(Math::abs).toArray());
    // Mean ranks are halves, so that twice a sum of them is a whole number.
    int[] doubled = new int[ranks.length];
    int above = 0;
    int below = 0;
    int zeros = 0;
    for (int i = 0; i < ranks.length; i++) {
      int twice = (int) Math.round(2 * ranks[i]);
      if (differences[i] == 0) {
        zeros++;
      } else if (differences[i] > 0) {
        above += twice;
        doubled[i] = twice;
      } else {
        below += twice;
        doubled[i] = twice;
      }
    }
    double tail = atMost(Math.min(above, below), above + below, doubled);
    return new WilcoxonSignedRank(above / 2.0, below / 2.0, zeros, Math.min(1, 2 * tail));
  }

  /** P(sum of the ranks with a positive sign ≤ bound), each sign by a fair coin. */
  private static double atMost(int bound, int most, int[] ranks) {
    double[] p = new double[most + 1];
    p[0] = 1;
    int reached = 0;
    for (int rank : ranks) {
      if (rank == 0) {
        continue;
      }
      reached += rank;
      for (int sum = reached; sum >= 0; sum--) {
        p[sum] = 0.5 * (p[sum] + (sum >= rank ? p[sum - rank] : 0));
      }
    }
    double tail = 0;
    for (int sum = 0; sum <= bound; sum++) {
      tail += p[sum];
    }
    return tail;
  }
}
