package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.evaluation.GuideMeasures;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Scores;
import org.kd4j.experiments.study.Hits;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * What an experiment's studies came to, to be asked for numbers by seed. What is not there, because
 * a trial failed, say, is missing in what is returned.
 *
 * @param setup of the run
 * @param studies in the order of {@link Experiment#studies}
 */
public record Results(Setup setup, List<StudyResult> studies) {
  private static final String TEACHER = "teacher";
  private static final String STUDENT = "student";
  private static final int CIFAR_TEST = 10_000;

  /** Test images of the part of CIFAR-10 that is to be had in JPEG. */
  private static final int CIFAR_PART = 2_000;

  /** Copies. */
  public Results {
    studies = List.copyOf(studies);
  }

  /** A study by its name. */
  public StudyResult study(String name) {
    return studies.stream()
        .filter(s -> s.spec().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no study '" + name + "'"));
  }

  /**
   * A number of each trial of a row.
   *
   * @param study by name
   * @param row as {@link StrategyChoice#parse} reads it
   * @param of the number
   */
  public SortedMap<Long, Double> of(String study, String row, ToDoubleFunction<TrialResult> of) {
    StrategyChoice choice = StrategyChoice.parse(row);
    SortedMap<Long, Double> values = new TreeMap<>();
    study(study).trials().stream()
        .filter(trial -> trial.choice().equals(choice))
        .forEach(trial -> values.put(trial.seed(), of.applyAsDouble(trial)));
    return values;
  }

  /** Accuracies of what a row deploys on the validation samples, by which it may be chosen. */
  SortedMap<Long, Double> validation(String study, String row) {
    return of(study, row, trial -> trial.validationAccuracy().orElse(Double.NaN));
  }

  /** Accuracies of what a row deploys. */
  public Scores accuracy(String study, String row) {
    return scores(study, row, trial -> trial.test().accuracy());
  }

  /** Wrong predictions of what a row deploys. */
  public Scores errors(String study, String row) {
    return scores(study, row, trial -> trial.test().errors());
  }

  private Scores scores(String study, String row, ToDoubleFunction<TrialResult> of) {
    StrategyChoice choice = StrategyChoice.parse(row);
    Map<Long, Hits> hits = new TreeMap<>();
    study(study).trials().stream()
        .filter(trial -> trial.choice().equals(choice))
        .forEach(trial -> trial.hits().ifPresent(known -> hits.put(trial.seed(), known)));
    return new Scores(of(study, row, of), hits);
  }

  /** A measure of something a row reports beside what it deploys. */
  public SortedMap<Long, Double> beside(
      String study, String row, String name, ToDoubleFunction<Measures> of) {
    return of(
        study,
        row,
        t -> Optional.ofNullable(t.others().get(name)).map(of::applyAsDouble).orElse(Double.NaN));
  }

  /** A measure of how a row's student follows its guide. */
  public SortedMap<Long, Double> guide(
      String study, String row, ToDoubleFunction<GuideMeasures> of) {
    return of(study, row, t -> t.guide().map(of::applyAsDouble).orElse(Double.NaN));
  }

  /** What a study measures beside, by {@code measurement.name}. */
  public SortedMap<Long, Double> measured(String study, String row, String name) {
    return of(study, row, t -> t.measured().getOrDefault(name, Double.NaN));
  }

  /** A measure of a study's standard teacher, from whichever row reports it. */
  public SortedMap<Long, Double> teacher(String study, ToDoubleFunction<Measures> of) {
    SortedMap<Long, Double> values = new TreeMap<>();
    for (TrialResult trial : study(study).trials()) {
      Measures teacher = trial.others().get(TEACHER);
      if (teacher != null) {
        values.put(trial.seed(), of.applyAsDouble(teacher));
      }
    }
    return values;
  }

  /** Billions of multiply-adds of all training that a row's result rests on. */
  SortedMap<Long, Double> work(String study, String row) {
    return of(study, row, trial -> trial.multiplyAdds() / 1e9);
  }

  /**
   * How long rows took to train, which tells more of the machine than of them; empty if unknown.
   */
  Optional<String> seconds(String study, List<String> rows) {
    DoubleSummaryStatistics seconds =
        rows.stream()
            .mapToDouble(row -> mean(of(study, row, TrialResult::trainSeconds)))
            .filter(s -> !Double.isNaN(s))
            .summaryStatistics();
    return seconds.getCount() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "Training took %.0f to %.0f seconds a row and seed (%s), as recorded by whoever"
                    + " filled the store: compare multiply-adds instead.",
                seconds.getMin(),
                seconds.getMax(),
                study));
  }

  /** The mean of values by seed; NaN without any. */
  public static double mean(Map<Long, Double> values) {
    return values.values().stream()
        .filter(v -> !v.isNaN())
        .mapToDouble(v -> v)
        .average()
        .orElse(Double.NaN);
  }

  /** The name of the highest mean, the first of equals; empty where all are missing. */
  public static Optional<String> highest(Map<String, SortedMap<Long, Double>> rows) {
    return rows.entrySet().stream()
        .filter(e -> !Double.isNaN(mean(e.getValue())))
        .reduce((a, b) -> mean(b.getValue()) > mean(a.getValue()) ? b : a)
        .map(Map.Entry::getKey);
  }

  /**
   * What the data is: sets, training rows, and how many samples the test split has; what a
   * published figure is not to be compared with is said of the set.
   */
  public String data() {
    Map<String, Integer> tested = new LinkedHashMap<>();
    Map<String, String> sources = new LinkedHashMap<>();
    for (StudyResult study : studies) {
      SplitSpec split = study.spec().split();
      String rows =
          split.train().map(n -> ", " + n + " training rows").orElse("")
              + split.transfer().map(n -> ", " + n + " of them for students").orElse("");
      int test = study.trials().stream().mapToInt(t -> t.test().samples()).max().orElse(0);
      tested.merge(study.spec().data() + rows, test, Math::max);
      sources.put(study.spec().data() + rows, SpecText.parse(study.spec().data()).head());
    }
    Set<String> told = new HashSet<>();
    String sets =
        tested.entrySet().stream()
            .map(
                set -> {
                  String what = set.getKey();
                  int test = set.getValue();
                  String source = sources.getOrDefault(what, what);
                  String is = told.add(source) ? provenance(source, test) : "";
                  return what + (test > 0 ? ", " + test + " test samples" : "") + is;
                })
            .collect(Collectors.joining("; "));
    boolean embedded =
        studies.stream().allMatch(s -> s.spec().data().matches("(strokes|frames|phrases).*"));
    return sets + (embedded ? " (embedded, generated)" : "");
  }

  /** What a set is where its name says more than that; empty for sets that are what they say. */
  private static String provenance(String source, int test) {
    if (source.equals("cifar10") && test == CIFAR_PART) {
      return " (a part of CIFAR-10, 10,000 train and 2,000 test images decoded from JPEG, which"
          + " loses detail; not the official rows, so figures are not comparable to"
          + " published ones)";
    }
    if (source.equals("cifar10") && test > 0 && test != CIFAR_TEST) {
      return " (not the official 10,000 test images: figures are not comparable to published ones)";
    }
    return source.equals("sst2")
        ? " (the published dev split, 872 sentences, is the test; the test labels are not public)"
        : "";
  }

  /**
   * Who is trained and for how long: networks, epochs, batches, and the updates of a student alone
   * (of the first row, where no student is alone).
   */
  public String training() {
    Map<String, List<String>> named = new LinkedHashMap<>();
    for (StudyResult study : studies) {
      String line =
          (taught(study) ? "teacher " + told(study.spec().teacher(), "") + "; " : "")
              + "student "
              + told(
                  study.spec().student(),
                  updates(study) > 0 ? ", " + updates(study) + " updates" : "");
      named.computeIfAbsent(line, absent -> new ArrayList<>()).add(study.spec().name());
    }
    return named.entrySet().stream()
        .map(e -> (named.size() == 1 ? "" : String.join(", ", e.getValue()) + ": ") + e.getKey())
        .collect(Collectors.joining(". "));
  }

  private static String told(NetworkPlan plan, String updates) {
    String epochs = plan.epochs() == 1 ? "1 epoch" : plan.epochs() + " epochs";
    return plan.network() + ", " + epochs + " in batches of " + plan.batch() + updates;
  }

  /** Whether somebody trained the standard teacher; so too where nothing is known. */
  private static boolean taught(StudyResult study) {
    return study.trials().isEmpty()
        || study.trials().stream()
            .flatMap(t -> t.phases().stream())
            .anyMatch(p -> p.learners().containsKey(TEACHER));
  }

  /**
   * Updates of a student alone, or of the first row's where none is; 0 where they are not known.
   */
  static long updates(StudyResult study) {
    StrategyChoice alone = StrategyChoice.of("scratch");
    return study.trials().stream()
        .min(Comparator.comparing(t -> !t.choice().equals(alone)))
        .map(
            t ->
                t.phases().stream()
                    .filter(p -> p.learners().containsKey(STUDENT))
                    .mapToLong(PhaseReport::steps)
                    .sum())
        .orElse(0L);
  }
}
