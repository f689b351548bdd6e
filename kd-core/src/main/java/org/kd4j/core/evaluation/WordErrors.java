package org.kd4j.core.evaluation;

import java.util.List;

/**
 * Errors of recognised words: the fewest substitutions, insertions and deletions that make what was
 * said of what was heard (V. Levenshtein, "Binary Codes Capable of Correcting Deletions,
 * Insertions, and Reversals", 1966).
 *
 * @param errors of all utterances
 * @param words that were said
 */
public record WordErrors(int errors, int words) {
  /** Nothing said, nothing heard. */
  public static final WordErrors NONE = new WordErrors(0, 0);

  /** Errors over words: above 1 where more is heard than was said. */
  public double rate() {
    return (double) errors / words;
  }

  /** These and one more utterance's. */
  public WordErrors plus(List<Integer> said, List<Integer> heard) {
    return new WordErrors(errors + distance(said, heard), words + said.size());
  }

  /**
   * The edit distance.
   *
   * @param said one row
   * @param heard the other
   */
  static int distance(List<Integer> said, List<Integer> heard) {
    int[] row = new int[heard.size() + 1];
    for (int h = 0; h <= heard.size(); h++) {
      row[h] = h;
    }
    for (int s = 1; s <= said.size(); s++) {
      int diagonal = row[0];
      row[0] = s;
      for (int h = 1; h <= heard.size(); h++) {
        int substituted = diagonal + (said.get(s - 1).equals(heard.get(h - 1)) ? 0 : 1);
        diagonal = row[h];
        row[h] = Math.min(substituted, Math.min(row[h], row[h - 1]) + 1);
      }
    }
    return row[heard.size()];
  }
}
