package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;

/**
 * What the rows of a study come to against the student taught by nobody, a line for each verdict.
 */
final class Verdicts {
  private Verdicts() {}

  /** Lines in words; none where there is nothing to compare, or one seed. */
  static List<String> of(Summary summary) {
    List<String> lines = new ArrayList<>();
    if (summary.seeds() == 1) {
      return lines;
    }
    Function<Summary.Row, String> name = row -> row.choice().toString();
    add(lines, "better than scratch: ", rows(summary, Verdict.BETTER), name, "");
    add(lines, "worse than scratch: ", rows(summary, Verdict.WORSE), name, "");
    List<Summary.Row> open = rows(summary, Verdict.NOT_DETECTABLE);
    add(lines, "no difference detectable: ", open, name, detectable(summary, open));
    add(
        lines,
        "no statement: ",
        rows(summary, Verdict.NO_STATEMENT),
        row -> name.apply(row) + row.difference().map(Verdicts::why).orElse(""),
        "");
    return lines;
  }

  /** A difference of shares in points, {@code 0.43 points or more}; for several, their range. */
  private static String detectable(Summary summary, List<Summary.Row> rows) {
    double[] points =
        rows.stream()
            .flatMap(row -> row.difference().stream())
            .mapToDouble(d -> d.detectable(summary.strictestLevel()))
            .filter(d -> !Double.isNaN(d))
            .sorted()
            .toArray();
    if (points.length == 0) {
      return "";
    }
    String least = Numbers.percent(points[0]);
    String most = Numbers.percent(points[points.length - 1]);
    return String.format(
        "; to be found 4 times in 5, a difference would have to be %s points%s",
        least.equals(most) ? least : least + " to " + most,
        least.equals(most) ? "" : ", depending on the row");
  }

  private static String why(PairedDifference difference) {
    return Optional.of(Verdict.whyNone(difference))
        .filter(why -> !why.isEmpty())
        .map(why -> " (" + why + ")")
        .orElse("");
  }

  private static List<Summary.Row> rows(Summary summary, Verdict verdict) {
    return summary.rows().stream()
        .filter(row -> row.verdict().equals(Optional.of(verdict)))
        .toList();
  }

  private static void add(
      List<String> lines,
      String words,
      List<Summary.Row> rows,
      Function<Summary.Row, String> name,
      String more) {
    if (!rows.isEmpty()) {
      lines.add(rows.stream().map(name).collect(Collectors.joining(", ", words, more)));
    }
  }
}
