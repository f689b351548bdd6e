package org.kd4j.core.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Helps with names that do not exist: the nearest one that does, and the list of all. */
public final class Names {
  private Names() {}

  /**
   * The known name nearest to a given one, if any is near enough to be meant: a third of its
   * letters may differ, at least two, but never all of them.
   *
   * @param given what was typed
   * @param known the names there are
   * @return the nearest, or empty
   */
  public static Optional<String> nearest(String given, Collection<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    int tolerance = Math.max(2, given.length() / 3);
    return known.stream()
        .filter(
            name -> {
              int letters = distance.apply(lower(given), lower(name));
              return letters <= tolerance && letters < Math.max(given.length(), name.length());
            })
        .min(
            Comparator.<String>comparingInt(name -> distance.apply(lower(given), lower(name)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * The error for a name that does not exist: "No strategy 'ofline'. Did you mean 'offline'? Known:
   * …".
   *
   * @param kind what was looked for, as a noun: {@code strategy}
   * @param given what was typed
   * @param known the names there are
   * @return the error to throw
   */
  public static UsageException unknown(String kind, String given, Collection<String> known) {
    List<String> sorted = known.stream().sorted().toList();
    String hint = nearest(given, sorted).map(n -> " Did you mean '" + n + "'?").orElse("");
    String all = sorted.isEmpty() ? "There is none." : "Known: " + String.join(", ", sorted) + ".";
    return new UsageException("No " + kind + " '" + given + "'." + hint + " " + all);
  }

  private static String lower(String text) {
    return text.toLowerCase(java.util.Locale.ROOT);
  }
}
