package org.kd4j.experiments.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.evaluation.Confusion;
import org.kd4j.core.evaluation.GuideMeasures;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.Complexity;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.experiments.study.Gallery;
import org.kd4j.experiments.study.Hits;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.Portrait;
import org.kd4j.experiments.study.Portraits;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/** A study that nobody ran: numbers made up, the same each time, to see what the report does. */
final class SyntheticStudy {
  static final StrategyChoice SCRATCH = StrategyChoice.of("scratch");
  static final StrategyChoice OFFLINE = StrategyChoice.of("offline").with("temperature", "4");
  static final String CONFIG = "name: synthetic\ndata: made-up\nstrategies: [scratch, offline]\n";

  private static final int TEST = 10_000;

  private SyntheticStudy() {}

  /**
   * Two rows over seeds 0, 1 …, with accuracies 0.95 and 0.96, by seed 0.01, 0.005, 0.02 … apart.
   */
  static StudyResult small(int seeds) {
    double[] ahead = {0.01, 0.005, 0.02, 0.01, 0, 0.015, -0.005, 0.02, 0.03};
    List<TrialResult> trials = new ArrayList<>();
    for (int s = 0; s < seeds; s++) {
      trials.add(trial(SCRATCH, s, 0.95, List.of(phase("student", 2, 0.95, s, "student", "hard"))));
    }
    for (int s = 0; s < seeds; s++) {
      PhaseReport teacher = phase("teacher", 2, 0.98, s, "teacher", "hard");
      PhaseReport student =
          taught(
              phase("student", 2, 0.96, s, "student", "soft(teacher, T=4)"), "teacher", "teacher");
      trials.add(trial(OFFLINE, s, 0.95 + ahead[s], List.of(teacher, student)));
    }
    return result(List.of(SCRATCH, OFFLINE), seeds, trials, Optional.empty());
  }

  /** Rows of every family, three seeds, images: all that a report can show. */
  static StudyResult large() {
    List<StrategyChoice> choices =
        List.of(
            SCRATCH,
            OFFLINE.with("softWeight", "0.9"),
            StrategyChoice.of("online"),
            StrategyChoice.of("mutual").with("peers", "3"),
            StrategyChoice.of("assistant"),
            StrategyChoice.of("hints").with("layer", "features.2"));
    double[] accuracy = {0.9612, 0.9721, 0.9668, 0.9655, 0.9730, 0.9598};
    List<TrialResult> trials = new ArrayList<>();
    for (int c = 0; c < choices.size(); c++) {
      for (int s = 0; s < 3; s++) {
        double noise = 0.0011 * Draws.of(s, "noise", c).gaussian(0);
        trials.add(
            trial(choices.get(c), s, accuracy[c] + noise, phases(c, accuracy[c] + noise, s)));
      }
    }
    return result(choices, 3, trials, Optional.of(gallery()));
  }

  /** A sweep: many rows of one strategy beside scratch, five seeds, twenty epochs. */
  static StudyResult sweep(int rows) {
    List<StrategyChoice> choices = new ArrayList<>(List.of(SCRATCH));
    for (int r = 1; r < rows; r++) {
      choices.add(OFFLINE.with("temperature", String.valueOf(r)).with("softWeight", "0.9"));
    }
    List<TrialResult> trials = new ArrayList<>();
    for (int c = 0; c < rows; c++) {
      for (int s = 0; s < 5; s++) {
        double noise = 0.002 * Draws.of(s, "noise", c).gaussian(0);
        double accuracy = 0.96 + 0.01 * Math.sin(c / 20.0) + noise;
        trials.add(trial(choices.get(c), s, accuracy, phases(c == 0 ? 0 : 1, accuracy, s)));
      }
    }
    return result(choices, 5, trials, Optional.of(gallery()));
  }

  /** The small one over so many classes, named c0, c1 …; class i is taken for i + 1 i times. */
  static StudyResult ofClasses(int classes) {
    List<Confusion.Cell> cells = new ArrayList<>();
    for (int c = 0; c + 1 < classes; c++) {
      cells.add(new Confusion.Cell(c, c, classes));
      cells.add(new Confusion.Cell(c, c + 1, c + 1));
    }
    Confusion own = new Confusion(classes, cells);
    Confusion teacher = new Confusion(classes, cells.subList(0, 2 * classes - 4));
    StudyResult small = small(3);
    return result(
        small.spec().strategies(),
        3,
        small.trials().stream().map(trial -> with(trial, own, teacher)).toList(),
        Optional.of(
            new Gallery(
                List.of(),
                List.of(),
                List.of(),
                28,
                56,
                IntStream.range(0, classes).mapToObj(c -> "c" + c).toList())));
  }

  /** The small one where the teacher, and scratch at two of three seeds, say one class only. */
  static StudyResult unlearnt() {
    Confusion one =
        new Confusion(2, List.of(new Confusion.Cell(0, 1, 4), new Confusion.Cell(1, 1, 6)));
    Confusion two =
        new Confusion(2, List.of(new Confusion.Cell(0, 0, 4), new Confusion.Cell(1, 1, 6)));
    StudyResult small = small(3);
    return result(
        small.spec().strategies(),
        3,
        small.trials().stream()
            .map(t -> with(t, t.choice().equals(SCRATCH) && t.seed() != 1 ? one : two, one))
            .toList(),
        small.gallery());
  }

  private static TrialResult with(TrialResult trial, Confusion own, Confusion teacher) {
    SortedMap<String, Measures> others = new TreeMap<>();
    trial.others().forEach((name, measures) -> others.put(name, with(measures, teacher)));
    return new TrialResult(
        trial.choice(),
        trial.seed(),
        trial.teacher(),
        trial.student(),
        trial.complexity(),
        with(trial.test(), own),
        trial.hits(),
        trial.portraits(),
        trial.validationAccuracy(),
        trial.bestValidationAccuracy(),
        trial.guide(),
        others,
        trial.latencyMillis(),
        trial.trainSeconds(),
        trial.wallSeconds(),
        trial.phases(),
        trial.gallery(),
        trial.measured(),
        trial.notes());
  }

  private static Measures with(Measures like, Confusion confusion) {
    return new Measures(
        like.samples(),
        like.accuracy(),
        like.errors(),
        like.nll(),
        like.ece(),
        like.brier(),
        confusion);
  }

  /** The record of a run that made a study. */
  static RunRecord record(StudyResult study) {
    return new RunRecord(
        RunRecord.SCHEMA,
        RunRecord.Status.COMPLETED,
        Instant.parse("2026-01-02T03:04:05Z"),
        Optional.of(Instant.parse("2026-01-02T03:10:00Z")),
        List.of("kd", "run", "synthetic.yaml", "--seeds", "3"),
        new TreeMap<>(Map.of("kd4j", "0", "java", "17", "pytorch", "2.7.1")),
        new TreeMap<>(Map.of("os", "none", "cpu", "made up")),
        new TreeMap<>(Map.of("threads", "1", "workers", "2")),
        Fingerprint.ofText(CONFIG).hex(),
        study);
  }

  static StudyResult result(
      List<StrategyChoice> choices,
      int seeds,
      List<TrialResult> trials,
      Optional<Gallery> gallery) {
    StudySpec spec =
        new StudySpec(
            "synthetic",
            "made-up",
            SplitSpec.DEFAULT,
            NetworkPlan.of("mlp:400-400", 2),
            NetworkPlan.of("mlp:30", 2),
            choices,
            IntStream.range(0, seeds).mapToObj(Long::valueOf).toList(),
            Optional.empty(),
            0);
    return new StudyResult(
        spec, List.of(Fingerprint.ofText("train").hex()), trials, List.of(), gallery, 355);
  }

  static TrialResult trial(
      StrategyChoice choice, long seed, double accuracy, List<PhaseReport> phases) {
    boolean guided = phases.stream().anyMatch(p -> !p.guides().isEmpty());
    SortedMap<String, Measures> others = new TreeMap<>();
    SortedMap<String, Predictions> gallery = new TreeMap<>();
    gallery.put("deployed", predictions(3));
    if (guided) {
      others.put("teacher", measures(0.98 + 0.001 * seed));
      gallery.put("guide", predictions(1));
    }
    return new TrialResult(
        choice,
        seed,
        "mlp:400-400",
        "mlp:30",
        new Complexity(23_860, 23_820),
        measures(accuracy),
        Optional.of(hits(choice, seed, accuracy)),
        Optional.of(portraits(accuracy, guided, seed == 0)),
        Optional.of(accuracy - 0.0025),
        Optional.of(accuracy),
        guided ? Optional.of(new GuideMeasures(0.975, 0.0625, Double.NaN)) : Optional.empty(),
        others,
        0.25,
        phases.stream().mapToDouble(PhaseReport::seconds).sum(),
        3.5,
        phases,
        gallery,
        new TreeMap<>(),
        List.of());
  }

  /** Samples are about equally hard for all; the last ones are missed. */
  private static Hits hits(StrategyChoice choice, long seed, double accuracy) {
    int right = TEST - (int) Math.round(TEST * (1 - accuracy));
    BitSet bits = new BitSet();
    bits.set(0, right);
    for (int i = 0; i < TEST - right; i++) {
      Draws draws = Draws.of(seed, "hits", choice).at(i);
      boolean held = bits.get(TEST - 1 - i);
      int with = draws.below(0, TEST);
      if (draws.uniform(1) < 0.3) {
        bits.set(TEST - 1 - i, bits.get(with));
        bits.set(with, held);
      }
    }
    return new Hits(TEST, Base64.getEncoder().encodeToString(bits.toByteArray()));
  }

  /** Too sure by a little, and more where it is less sure. */
  private static Portraits portraits(double accuracy, boolean guided, boolean first) {
    return new Portraits(
        portrait(accuracy, first && !guided),
        guided ? Optional.of(portrait(0.98, first)) : Optional.empty(),
        first && guided
            ? Optional.of(new Portraits.Cost(new Complexity(478_410, 477_600), 1.1))
            : Optional.empty());
  }

  private static Portrait portrait(double accuracy, boolean soft) {
    List<Portrait.Bin> bins = new ArrayList<>();
    for (int b = 3; b < 15; b++) {
      double sure = (b + 0.6) / 15;
      int samples = b == 14 ? (int) (8000 * accuracy) : 30 * b - 60;
      bins.add(new Portrait.Bin(b, samples, sure, Math.pow(sure, 1.3 + 4 * (1 - accuracy))));
    }
    List<Portrait.SoftTargets> means = soft ? Portrait.of(said(accuracy), true).soft() : List.of();
    return new Portrait(bins, means);
  }

  private static Predictions said(double accuracy) {
    float[] logits = new float[2000];
    int[] labels = new int[200];
    for (int i = 0; i < 200; i++) {
      labels[i] = i % 10;
      for (int c = 0; c < 10; c++) {
        double alike = 6 - Math.abs(c - i % 10);
        logits[10 * i + c] = (float) (alike + Draws.of(i, "said", accuracy).gaussian(c));
      }
      logits[10 * i + i % 10] += 4;
    }
    return new Predictions(logits, 10, labels);
  }

  private static Measures measures(double accuracy) {
    int errors = (int) Math.round(TEST * (1 - accuracy));
    int[][] confusion = new int[10][10];
    for (int c = 0; c < 10; c++) {
      confusion[c][c] = 1000 - errors / 10;
    }
    for (int e = 0; e < errors; e++) {
      Draws draws = Draws.of(e, "confusion");
      int from = (int) draws.uniform(0, 0, 10);
      int[] alike = {6, 7, 3, 5, 9, 3, 0, 2, 5, 4};
      int to = draws.uniform(1) < 0.5 ? alike[from] : (int) draws.uniform(2, 0, 10);
      confusion[from][to == from ? (to + 1) % 10 : to]++;
    }
    double wrong = 1 - accuracy;
    return new Measures(
        TEST, accuracy, errors, 3.5 * wrong, 0.25 * wrong, 1.5 * wrong, Confusion.of(confusion));
  }

  private static List<PhaseReport> phases(int family, double accuracy, long seed) {
    PhaseReport teacher = phase("teacher", 20, 0.982, seed, "teacher", "1·hard");
    String soft = "0.1·hard + 0.9·soft(teacher, T=4)";
    return switch (family) {
      case 0 -> List.of(phase("student", 20, accuracy, seed, "student", "1·hard"));
      case 1 ->
          List.of(
              teacher,
              taught(phase("student", 20, accuracy, seed, "student", soft), "teacher", "teacher"));
      case 2 -> List.of(together(List.of("student", "teacher"), accuracy, seed));
      case 3 -> List.of(together(List.of("student", "peer-2", "peer-3"), accuracy, seed));
      case 4 ->
          List.of(
              teacher,
              taught(
                  phase("assistant", 20, 0.977, seed, "assistant/mlp:120", soft),
                  "teacher",
                  "teacher"),
              taught(
                  phase("student", 20, accuracy, seed, "student", soft),
                  "teacher",
                  "assistant/mlp:120"));
      default ->
          List.of(
              teacher,
              taught(
                  phase(
                      "hint", 5, 0.11, seed, "student", "1·hint(features.2 ← teacher:features.4)"),
                  "teacher",
                  "teacher"),
              taught(phase("distil", 15, accuracy, seed, "student", soft), "teacher", "teacher"));
    };
  }

  private static PhaseReport together(List<String> lines, double accuracy, long seed) {
    PhaseReport one = phase("together", 20, accuracy, seed, lines.get(0), "");
    boolean peers = lines.size() == 3;
    List<String> roles = peers ? List.of("peer", "peer-2", "peer-3") : lines;
    SortedMap<String, String> formulas = new TreeMap<>();
    SortedMap<String, String> byLine = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      int me = i;
      byLine.put(lines.get(i), roles.get(i));
      List<String> others =
          IntStream.range(0, lines.size()).filter(j -> j != me).mapToObj(roles::get).toList();
      formulas.put(
          lines.get(i),
          peers
              ? "1·hard + 1·soft(mean(" + String.join(", ", others) + "), T=1)"
              : (i == 0 ? "0.5·hard + 0.5" : "0.9·hard + 0.1")
                  + "·soft("
                  + others.get(0)
                  + ", T=2)");
    }
    List<EpochMetrics> history = new ArrayList<>();
    for (EpochMetrics epoch : one.history()) {
      Map<String, Double> values = new TreeMap<>();
      roles.forEach(
          role ->
              epoch.values().forEach((k, v) -> values.put(role + k.substring(k.indexOf('/')), v)));
      history.add(EpochMetrics.of(epoch.epoch(), values));
    }
    return new PhaseReport(
        one.name(),
        one.fingerprint(),
        formulas,
        byLine,
        new TreeMap<>(),
        history,
        one.stopReason(),
        one.seconds(),
        one.stepSeconds(),
        one.steps(),
        false,
        "",
        0L,
        Optional.empty());
  }

  static PhaseReport phase(
      String name, int epochs, double accuracy, long seed, String line, String formula) {
    String role = line.startsWith("assistant") ? "student" : line;
    List<EpochMetrics> history = new ArrayList<>();
    for (int e = 0; e < epochs; e++) {
      double left = Math.exp(-4.0 * (e + 1) / epochs);
      double noise = 0.002 * Draws.of(seed, "epoch", line, name, accuracy).gaussian(e);
      history.add(
          EpochMetrics.of(
              e,
              Map.of(
                  role + "/loss", 0.12 / accuracy + 2.0 * left,
                  role + "/weight.soft", 0.9 * (1 - 0.5 * e / epochs),
                  role + "/weight.hard", 0.1,
                  role + "/soft", 0.1 + 1.8 * left,
                  role + "/hard", 0.2 + 2.2 * left,
                  role + "/validationAccuracy", accuracy * (1 - 0.2 * left * left) + noise)));
    }
    return new PhaseReport(
        name,
        Fingerprint.ofText(name + line + seed + formula).brief(),
        new TreeMap<>(Map.of(line, formula)),
        new TreeMap<>(Map.of(line, role)),
        new TreeMap<>(),
        history,
        "all " + epochs + " epochs done",
        1.5 * epochs,
        1.25 * epochs,
        100L * epochs,
        name.equals("teacher"),
        "",
        0L,
        Optional.empty());
  }

  static PhaseReport taught(PhaseReport phase, String role, String by) {
    return new PhaseReport(
        phase.name(),
        phase.fingerprint(),
        phase.learners(),
        phase.roles(),
        new TreeMap<>(Map.of(role, by)),
        phase.history(),
        phase.stopReason(),
        phase.seconds(),
        phase.stepSeconds(),
        phase.steps(),
        phase.reused(),
        phase.notStored(),
        0L,
        Optional.empty());
  }

  private static Predictions predictions(long seed) {
    float[] logits = new float[60];
    int[] labels = {0, 1, 2, 3, 4, 5};
    for (int i = 0; i < 60; i++) {
      logits[i] = (float) (2.5 * Draws.of(seed, "logits").gaussian(i));
    }
    for (int r = 0; r < 6; r++) {
      logits[r * 10 + labels[r]] = 9 - r;
    }
    return new Predictions(logits, 10, labels);
  }

  /** Rings of different radius in place of handwritten digits. */
  private static Gallery gallery() {
    List<float[]> pixels = new ArrayList<>();
    for (int image = 0; image < 6; image++) {
      float[] grey = new float[28 * 28];
      for (int i = 0; i < grey.length; i++) {
        double radius = Math.hypot(i % 28 - 13.5, (i / 28 - 13.5) * 0.8);
        grey[i] = (float) Math.max(0, 1 - Math.abs(radius - 2 - 1.4 * image) / 2);
      }
      pixels.add(grey);
    }
    return new Gallery(
        List.of(3, 2, 1, 30, 4, 8),
        List.of(0, 1, 2, 3, 4, 5),
        pixels,
        28,
        28,
        IntStream.range(0, 10).mapToObj(Integer::toString).toList());
  }
}
