package org.kd4j.offline.specialists;

import java.util.Arrays;
import java.util.List;

/**
 * Who speaks of which sample: the specialists whose group holds one of the classes the generalist
 * finds most probable (G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural
 * Network", 2015, section 5.4; there the one most probable).
 */
public final class ActiveSpecialists {
  private ActiveSpecialists() {}

  /**
   * The active specialists of each sample.
   *
   * @param generalist its logits, row after row
   * @param classes how many a row
   * @param groups of the specialists
   * @param topN how many of the most probable classes call their specialists; of equals, the lower
   *     class comes first
   * @return by row and specialist
   */
  public static boolean[][] of(
      float[] generalist, int classes, List<List<Integer>> groups, int topN) {
    int rows = generalist.length / classes;
    boolean[][] active = new boolean[rows][groups.size()];
    boolean[] top = new boolean[classes];
    for (int r = 0; r < rows; r++) {
      mark(generalist, r * classes, topN, top);
      for (int m = 0; m < groups.size(); m++) {
        for (int c : groups.get(m)) {
          active[r][m] |= top[c];
        }
      }
    }
    return active;
  }

  private static void mark(float[] logits, int from, int topN, boolean[] top) {
    Arrays.fill(top, false);
    for (int n = 0; n < topN; n++) {
      int best = -1;
      for (int c = 0; c < top.length; c++) {
        if (!top[c] && (best < 0 || logits[from + c] > logits[from + best])) {
          best = c;
        }
      }
      top[best] = true;
    }
  }
}
