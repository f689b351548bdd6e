package org.kd4j.core.phase;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;

/**
 * Weights a learner takes over from a trained network before its first step.
 *
 * @param donor whose
 * @param fromPath the part taken: a stage's name ({@code hidden1}), a longer path, or empty = all
 * @param toPath the part of the learner that becomes it
 */
public record Graft(Trained donor, String fromPath, String toPath) {
  /**
   * The learner's weights with the graft in place.
   *
   * @param own the learner's, by path
   * @param donated the donor's, by path
   * @return as many as before
   */
  public SortedMap<String, float[]> onto(
      SortedMap<String, float[]> own, Map<String, float[]> donated) {
    SortedMap<String, float[]> grafted = new TreeMap<>(own);
    int taken = 0;
    for (var entry : donated.entrySet()) {
      String path = entry.getKey();
      if (below(path, fromPath)) {
        String to = toPath + path.substring(fromPath.length());
        String there = to.startsWith("/") ? to.substring(1) : to;
        float[] replaced = grafted.get(there);
        UsageException.require(
            replaced != null && replaced.length == entry.getValue().length,
            "the graft of '%s' of %s onto '%s' does not fit: %s has %d values, '%s' has %s",
            fromPath,
            donor,
            toPath,
            path,
            entry.getValue().length,
            there,
            replaced == null ? "no place in the learner" : replaced.length);
        grafted.put(there, entry.getValue());
        taken++;
      }
    }
    UsageException.require(
        taken > 0,
        "the graft takes '%s' of %s, which has nothing of that name; it has %s",
        fromPath,
        donor,
        donated.keySet());
    return grafted;
  }

  private static boolean below(String path, String prefix) {
    return prefix.isEmpty() || path.equals(prefix) || path.startsWith(prefix + "/");
  }
}
