package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.study.StudySpec;

/**
 * Matching logits as the limit of soft targets (Hinton, Vinyals and Dean 2015, section 2.1): the
 * gradient of T² · KL against (z_s − z_t)/C as T grows, on a trained student and its teacher, with
 * each of the two assumptions dropped in turn: T high against the logits, and logits with mean 0
 * for each sample. And what students taught by one or the other come to.
 */
public final class LogitLimits implements Experiment {
  private static final String STUDY = "logit-limit";
  private static final List<String> MEASURED =
      List.of("1", "2", "5", "10", "20", "50", "100", "1000");
  private static final List<String> TAUGHT = List.of("1", "4", "20", "100");
  private static final String MATCHING = "logits matched";
  private static final String LOOKED_AT = soft("4");

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new LogitLimits());
  }

  @Override
  public String name() {
    return "logit-limit";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 2.1: soft targets at high T and the matching of"
        + " logits, without each assumption";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
                setup.digits(3000),
                Nets.teacher(setup, 400, 20),
                Nets.student(setup, 200, 15),
                setup.seeds(5))
            .measuring("logit-limit");
    List<String> rows = new ArrayList<>();
    TAUGHT.forEach(t -> rows.add(soft(t)));
    rows.add("logit-matching center=true hardWeight=0");
    rows.add("logit-matching hardWeight=0");
    return List.of(basis.study(STUDY, rows));
  }

  private static String soft(String temperature) {
    return "offline temperature=" + temperature + " softWeight=1 hardWeight=0";
  }

  @Override
  public Findings findings(Results results) {
    Map<String, String> logits = new LinkedHashMap<>();
    logits.put("centred", "means subtracted");
    logits.put("plain", "as they are");
    logits.put("raised", "5 added to the teacher's");
    List<Table> tables = new ArrayList<>();
    logits.forEach(
        (key, what) -> {
          Table table =
              Table.of("gradient's distance from matching, %; logits " + what, Scale.ERROR_SHARE);
          for (String t : MEASURED) {
            table = table.row("T=" + t, "", measured(results, key + "." + t));
          }
          tables.add(table);
        });
    Table errors =
        Table.of("test errors of the student", Scale.ERRORS)
            .row(MATCHING, "", results.errors(STUDY, "logit-matching hardWeight=0"))
            .row(
                "centred logits matched",
                "",
                results.errors(STUDY, "logit-matching center=true hardWeight=0"),
                MATCHING);
    for (String t : TAUGHT) {
      errors = errors.row("soft targets, T=" + t, "", results.errors(STUDY, soft(t)), MATCHING);
    }
    tables.add(errors);
    return new Findings(
        tables,
        notes(results),
        "the paper derives the limit and gives no figures; distances are over the first 1,000 test"
            + " samples, of a student taught at T = 4 without labels, relative to the gradient of"
            + " matching; "
            + results.data()
            + ".");
  }

  private static List<String> notes(Results results) {
    String last = MEASURED.get(MEASURED.size() - 1);
    double mean = Results.mean(measured(results, "mean"));
    double centred = Results.mean(measured(results, "centred." + last));
    double plain = Results.mean(measured(results, "plain." + last));
    if (Double.isNaN(mean + centred + plain)) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "At T=%s the distance is %.2f %% with each sample's mean subtracted, and %.2f %%"
                + " without%s. The student's mean logits are %.1f %% of its logits' size (root mean"
                + " squares).",
            last,
            100 * centred,
            100 * plain,
            second(
                PairedDifference.of(
                    measured(results, "plain." + last), measured(results, "centred." + last))),
            100 * mean));
  }

  /** What is left of the distance where logits have a mean, as a clause; one seed says nothing. */
  private static String second(PairedDifference left) {
    return switch (Verdict.of(left, left.p())) {
      case BETTER ->
          ": at a high temperature too the second assumption, of logits without a mean, matters";
      case WORSE -> ": subtracting it takes them further apart";
      case NOT_DETECTABLE -> ": whether that matters cannot be told with these seeds";
      case NO_STATEMENT -> "";
    };
  }

  private static SortedMap<Long, Double> measured(Results results, String key) {
    return results.measured(STUDY, LOOKED_AT, "logit-limit." + key);
  }
}
