package org.kd4j.experiments.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/**
 * The MNIST table of Hinton, Vinyals and Dean 2015, section 3: a net of two layers of 1,200 with
 * dropout and shifted images teaches one of 800 that sees neither. Test errors of 10,000 in the
 * paper: 67 the teacher, 146 the student alone, 74 the student taught at temperature 20. A note of
 * 2017 counts four such networks as the teacher, so one arm has four.
 */
public final class HintonMnist implements Experiment {
  private static final int PAPER_TEACHER = 67;
  private static final int PAPER_ALONE = 146;
  private static final int PAPER_TAUGHT = 74;

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    System.out.println(new HintonMnist().run(Budget.QUICK));
  }

  @Override
  public String name() {
    return "hinton-mnist";
  }

  @Override
  public String summary() {
    return "Hinton, Vinyals, Dean 2015, section 3: 67 / 146 / 74 test errors on MNIST";
  }

  @Override
  public StudySpec study(Budget budget) {
    boolean paper = budget == Budget.PAPER;
    boolean smoke = budget == Budget.SMOKE;
    SplitSpec all = SplitSpec.DEFAULT;
    SplitSpec split =
        new SplitSpec(
            Optional.of(0),
            paper ? Optional.empty() : Optional.of(smoke ? 500 : 5000),
            new TreeSet<>(),
            0,
            0,
            all.normalization(),
            all.seed());
    NetworkPlan teacher =
        new NetworkPlan(
            "mlp:1200-1200,dropout=0.5,inputDropout=0.2",
            paper ? 60 : smoke ? 2 : 40,
            "shift:2",
            "adam",
            Optional.empty(),
            "cosine",
            128);
    StrategyChoice offline = StrategyChoice.of("offline");
    return new StudySpec(
        name(),
        "mnist",
        split,
        teacher,
        NetworkPlan.of("mlp:800-800", paper ? 30 : smoke ? 1 : 20),
        List.of(
            StrategyChoice.of("scratch"),
            offline.with("temperature", "20"),
            offline.with("temperature", "4"),
            StrategyChoice.of("multi-teacher")
                .with("temperature", "20")
                .with("teachers", smoke ? "2" : "4")),
        LongStream.rangeClosed(1, smoke ? 1 : 3).boxed().toList(),
        Optional.empty(),
        0);
  }

  @Override
  public String discussion(StudyResult result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%-62s %8s %8s%n", "test errors of 10,000", "paper", "here"));
    line(text, "teacher, two layers of 1,200, regularised", PAPER_TEACHER, teacher(result));
    for (StrategyChoice row : result.spec().strategies()) {
      boolean paperRow = row.equals(StrategyChoice.of("offline").with("temperature", "20"));
      int paper = row.strategy().equals("scratch") ? PAPER_ALONE : paperRow ? PAPER_TAUGHT : 0;
      line(text, "student, two layers of 800: " + row, paper, errors(result, row));
    }
    text.append(
        "What differs: Adam with a cosine rate instead of the paper's momentum and weight constraints; "
            + "softWeight 0.9 and hardWeight 0.1 where the paper gives no weights; ");
    text.append(
        result.spec().split().train().isPresent()
            ? "only "
                + result.spec().split().train().get()
                + " of the 60,000 training images, so errors are more throughout; "
            : "");
    text.append("errors here are means over seeds of the last epoch's network.");
    return text.toString();
  }

  private static void line(StringBuilder text, String what, int paper, double here) {
    text.append(
        String.format(
            Locale.ROOT,
            "%-62s %8s %8.1f%n",
            what,
            paper == 0 ? "—" : String.valueOf(paper),
            here));
  }

  private static double errors(StudyResult result, StrategyChoice row) {
    return result.trials().stream()
        .filter(t -> t.choice().equals(row))
        .mapToInt(t -> t.test().errors())
        .average()
        .orElse(Double.NaN);
  }

  private static double teacher(StudyResult result) {
    return result.trials().stream()
        .filter(t -> t.others().containsKey("teacher"))
        .collect(
            Collectors.toMap(
                TrialResult::seed, t -> t.others().get("teacher").errors(), (a, b) -> a))
        .values()
        .stream()
        .mapToInt(Integer::intValue)
        .average()
        .orElse(Double.NaN);
  }
}
