package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.statistics.PairedDifference;
import org.kd4j.experiments.statistics.Verdict;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * 36 classes of characters: a generalist alone and with specialists, each way to hold their
 * overfitting, more of them, a second level and its cost, and one student of all (25.0 and 26.1 %
 * right on JFT without and with 61 specialists). And 1,296 classes, pairs of characters: how many
 * specialists. Of both: accuracy among the classes that specialists cover (43.1 and 45.9 % there),
 * and the gain by how many cover a class.
 */
public final class SpecialistTeachers implements Experiment {
  private static final List<String> REGULARIZERS =
      List.of("none", "dropout", "label-smoothing", "soft-targets");
  private static final String WHOLE = "specialists deploy=whole";
  private static final String STUDENT = "specialists";
  private static final String PAIRS = "pairs";
  private static final String MEASURED = "specialists";
  private static final String COST = "billions of multiply-adds of training, generalist included";
  private static final String GENERALIST = "generalist";

  /** Relative change of accuracy where 0, 1, 2, 3 and more specialists cover a class. */
  private static final List<String> CHANGES =
      List.of("0.0 [P]", "3.4 [P]", "7.4 [P]", "8.8 to 16.6 [P]");

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new SpecialistTeachers());
  }

  @Override
  public String name() {
    return "specialists";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 5: a generalist with specialists, what holds them,"
        + " how many, how deep; all distilled into one";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis basis =
        new Basis(
                setup.strokes(36, 4000),
                Nets.student(setup, 100, 20),
                Nets.student(setup, 100, 20),
                setup.seeds(5))
            .measuring(MEASURED);
    List<String> rows = new ArrayList<>(List.of("scratch", "offline"));
    rows.addAll(specialists());
    rows.add(STUDENT);
    Basis pairs =
        new Basis(setup.pairs(), generalist(setup), generalist(setup), setup.seeds(5))
            .measuring(MEASURED);
    List<String> numbers = numbers(setup).stream().map(SpecialistTeachers::several).toList();
    return List.of(basis.study(name(), rows), pairs.study(PAIRS, numbers));
  }

  /** Of pairs; narrow enough to have something to gain. */
  private static NetworkPlan generalist(Setup setup) {
    return NetworkPlan.of(setup.pick("mlp:8", "mlp:128-128", "mlp:512-512"), setup.pick(1, 6, 20));
  }

  /** Of the specialists for pairs. */
  private static List<Integer> numbers(Setup setup) {
    return setup.pick(List.of(3, 6), List.of(4, 16), List.of(8, 24, 61));
  }

  /** Held by nothing but their start, as the paper's 61. */
  private static String several(int specialists) {
    return WHOLE + " regularizer=none specialists=" + specialists;
  }

  private static List<String> specialists() {
    List<String> rows = new ArrayList<>();
    REGULARIZERS.forEach(how -> rows.add(WHOLE + " regularizer=" + how));
    rows.add(WHOLE + " specialists=6");
    rows.add(WHOLE + " depth=2");
    return rows;
  }

  private static String told(String row) {
    return row.contains("regularizer")
        ? "with 3 specialists, held by " + row.replaceFirst(".*=", "")
        : (row.contains("depth") ? "with 3 specialists, two levels" : "with 6 specialists")
            + ", held by soft-targets";
  }

  /**
   * A row of specialists, to be looked at by the classes they cover.
   *
   * @param row as it is run
   * @param told in words
   * @param whose covering it is: rows of one covering have one generalist to be compared with
   * @param papers whether the paper's numbers stand beside it
   */
  private record Covering(String row, String told, String whose, boolean papers) {}

  /** How the rows of 36 classes cover them: what holds specialists back changes no group. */
  private static List<Covering> coverings() {
    return specialists().stream()
        .map(
            row -> {
              String whose =
                  row.contains("depth")
                      ? "two levels"
                      : row.contains("regularizer") ? "3 specialists" : "6 specialists";
              return new Covering(row, told(row), whose, row.endsWith("regularizer=none"));
            })
        .toList();
  }

  private static List<Covering> coverings(List<Integer> numbers) {
    int most = numbers.get(numbers.size() - 1);
    return numbers.stream()
        .map(
            n ->
                new Covering(
                    several(n), "with " + n + " specialists", n + " specialists", n == most))
        .toList();
  }

  @Override
  public Findings findings(Results results) {
    Table whole =
        Table.of("36 classes: test accuracy, %", Scale.ACCURACY)
            .family(name())
            .row(GENERALIST, "25.0", results.teacher(name(), Measures::accuracy));
    Table cost = Table.of("36 classes: " + COST, Scale.NUMBER);
    for (String row : specialists()) {
      String paper = row.endsWith("regularizer=none") ? "26.1" : "";
      whole = whole.row(told(row), paper, results.accuracy(name(), row), GENERALIST);
      cost = cost.row(told(row), "", results.work(name(), row));
    }
    Table one =
        Table.of("36 classes: one student: test accuracy, %", Scale.ACCURACY)
            .family(name())
            .row("alone", "", results.accuracy(name(), "scratch"))
            .row("taught by the generalist", "", results.accuracy(name(), "offline"), "alone")
            .row(
                "taught by generalist and specialists",
                "",
                results.accuracy(name(), STUDENT),
                "taught by the generalist");
    List<String> notes = new ArrayList<>();
    results.study(name()).trials().stream()
        .filter(t -> t.choice().toString().equals(STUDENT) && t.seed() == 1)
        .forEach(t -> t.notes().forEach(note -> notes.add("Seed 1, " + note + ".")));
    results.seconds(name(), specialists()).ifPresent(notes::add);
    results
        .seconds(PAIRS, numbers(results.setup()).stream().map(SpecialistTeachers::several).toList())
        .ifPresent(notes::add);
    List<Table> tables = new ArrayList<>(List.of(whole, cost, one));
    tables.addAll(covered(results, name(), "36 classes", coverings()));
    tables.addAll(pairs(results));
    reversed(results, name(), "36 classes", papers(coverings())).ifPresent(notes::add);
    Covering most = papers(coverings(numbers(results.setup())));
    reversed(results, PAIRS, "1,296 classes", most).ifPresent(notes::add);
    return new Findings(
        tables,
        notes,
        "JFT has 15,000 classes, ours 36 generated characters and 1,296 pairs of them; the paper's"
            + " 61 specialists gain 4.4 % relatively; groups are in its proportion, so that a"
            + " class has 1.22 specialists on average; its generalist trained for six months on 100"
            + " million photographs; its students of all networks it left for later; "
            + results.data()
            + ".");
  }

  /** The row that the paper's numbers stand beside. */
  private static Covering papers(List<Covering> coverings) {
    return coverings.stream().filter(Covering::papers).findFirst().orElseThrow();
  }

  /** What the second study came to. */
  private static List<Table> pairs(Results results) {
    List<Integer> numbers = numbers(results.setup());
    Table all =
        Table.of("1,296 classes: test accuracy, %", Scale.ACCURACY)
            .row(GENERALIST, "25.0", results.teacher(PAIRS, Measures::accuracy));
    Table cost = Table.of("1,296 classes: " + COST, Scale.NUMBER);
    for (Covering by : coverings(numbers)) {
      String paper = by.papers() ? "26.1" : "";
      all = all.row(by.told(), paper, results.accuracy(PAIRS, by.row()), GENERALIST);
      cost = cost.row(by.told(), "", results.work(PAIRS, by.row()));
    }
    List<Table> tables = new ArrayList<>(List.of(all, cost));
    tables.addAll(covered(results, PAIRS, "1,296 classes", coverings(numbers)));
    return tables;
  }

  /** Accuracy on the classes that specialists cover, and what is gained by how many do. */
  private static List<Table> covered(
      Results results, String study, String classes, List<Covering> rows) {
    Table conditional =
        Table.of(classes + ": accuracy among those that are covered, %", Scale.ACCURACY);
    Set<String> generalists = new HashSet<>();
    for (Covering by : rows) {
      String alone = "generalist, classes of the " + by.whose();
      if (generalists.add(alone)) {
        String paper = by.papers() ? "43.1 [P]" : "";
        conditional =
            conditional.row(
                alone, paper, measured(results, study, by.row(), "generalist.conditional"));
      }
      String paper = by.papers() ? "45.9 [P]" : "";
      conditional =
          conditional.row(
              by.told(), paper, measured(results, study, by.row(), "conditional"), alone);
    }
    List<Table> tables = new ArrayList<>(List.of(conditional));
    Covering most = papers(rows);
    Table change =
        Table.of(
            classes
                + ", "
                + most.told().replace("with ", "")
                + ": relative change of accuracy by how many cover the class, %",
            Scale.SHARE);
    for (int n = 0; n < CHANGES.size(); n++) {
      SortedMap<Long, Double> gains = measured(results, study, most.row(), "gain." + n);
      if (!gains.isEmpty()) {
        String many = n + 1 < CHANGES.size() ? "" : " and more";
        double share = 100 * Results.mean(measured(results, study, most.row(), "covered." + n));
        change =
            change.row(
                String.format(Locale.ROOT, "%d%s (%.0f %% of samples)", n, many, share),
                CHANGES.get(n),
                gains);
      }
    }
    if (!change.rows().isEmpty()) {
      tables.add(change);
    }
    return tables;
  }

  /** Where the gain falls with the number that cover a class, which in the paper it rises with. */
  private static Optional<String> reversed(
      Results results, String study, String classes, Covering by) {
    SortedMap<Long, Double> uncovered = measured(results, study, by.row(), "gain.0");
    SortedMap<Long, Double> covered = new TreeMap<>();
    for (int n = 1; n < CHANGES.size(); n++) {
      SortedMap<Long, Double> gains = measured(results, study, by.row(), "gain." + n);
      covered = gains.isEmpty() ? covered : gains;
    }
    PairedDifference rise = PairedDifference.of(covered, uncovered);
    return switch (Verdict.of(rise, rise.p())) {
      case BETTER, NO_STATEMENT -> Optional.empty();
      case WORSE ->
          Optional.of(
              classes
                  + ": the reverse of the paper: classes that many specialists cover lose against"
                  + " those that none covers, there they gain the most.");
      case NOT_DETECTABLE ->
          Optional.of(
              classes
                  + ": that classes gain the more, the more specialists cover them, as in the"
                  + " paper, is not detectable here.");
    };
  }

  /** What is measured of a row's specialists; without seeds where it is undefined. */
  private static SortedMap<Long, Double> measured(
      Results results, String study, String row, String what) {
    SortedMap<Long, Double> values =
        new TreeMap<>(results.measured(study, row, MEASURED + "." + what));
    values.values().removeIf(v -> v.isNaN());
    return values;
  }
}
