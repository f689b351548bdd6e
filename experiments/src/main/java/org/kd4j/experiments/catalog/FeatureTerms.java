package org.kd4j.experiments.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.report.Findings;
import org.kd4j.experiments.report.Findings.Scale;
import org.kd4j.experiments.report.Findings.Table;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.StudySpec;

/**
 * Every feature term on a pair of like architectures and on a pair of unlike ones, alone and with
 * soft targets beside it; soft targets alone are what they must be better than. In the tables of
 * Tian, Krishnan and Isola 2020 soft targets beat most of them, and all but a few where
 * architectures differ.
 */
public final class FeatureTerms implements Experiment {
  private static final String SOFT = "soft targets";

  /** All terms of the feature family. */
  static final List<String> TERMS =
      List.of(
          "hints",
          "attention-transfer",
          "similarity-preserving",
          "pkt",
          "rkd",
          "correlation-congruence",
          "factor-transfer",
          "neuron-selectivity",
          "activation-boundaries",
          "fsp",
          "vid",
          "review",
          "overhaul",
          "crd",
          "simkd");

  /** Of RepDistiller's table, last epoch: ResNet-56 to ResNet-20. */
  private static final Map<String, String> LIKE =
      Map.of(
          "teacher", "72.34",
          "scratch", "69.06",
          "offline", "70.66",
          "hints", "69.21",
          "attention-transfer", "70.55",
          "similarity-preserving", "69.67",
          "pkt", "70.34",
          "rkd", "69.61",
          "crd", "71.16");

  /** Of the same: ResNet-50 to MobileNetV2. */
  private static final Map<String, String> UNLIKE =
      Map.of(
          "teacher", "79.34",
          "scratch", "64.60",
          "offline", "67.35",
          "hints", "63.16",
          "attention-transfer", "58.58",
          "similarity-preserving", "68.08",
          "pkt", "66.52",
          "rkd", "64.43",
          "crd", "69.11");

  /** For the Run arrow: the quick budget, with {@code KD_DATA} naming the data directory. */
  public static void main(String[] arguments) {
    Experiment.main(new FeatureTerms());
  }

  @Override
  public String name() {
    return "features";
  }

  @Override
  public String summary() {
    return "Tian et al. 2020 (CRD): feature terms on one pair, alone and with soft targets, like"
        + " and unlike architectures";
  }

  @Override
  public List<StudySpec> studies(Setup setup) {
    Basis like =
        new Basis(
                setup.photographs(1000),
                teacher(setup, setup.pick("cnn:4,share=0.25", "cnn:8,share=0.25", "resnet:56")),
                Nets.convolutional(
                        setup, setup.pick("cnn:4,share=0.125", "cnn:4,share=0.25", "resnet:20"))
                    .withEpochs(setup.pick(1, 8, 160)),
                setup.seeds(5))
            .withSplit(split -> split.withValidation(setup.pick(100, 1000, 5000)));
    Basis unlike =
        like.withTeacher(
            teacher(setup, setup.pick("resnet:8,width=0.25", "resnet:8,width=0.5", "resnet:56")));
    if (setup.budget() == Budget.PAPER) {
      unlike = unlike.withStudent(like.student().withNetwork("mobilenet:0.5"));
    }
    return List.of(
        like.study("like", rows(setup, "like")), unlike.study("unlike", rows(setup, "unlike")));
  }

  /**
   * Of a thousand images as they are it learns no more than the student, so it sees more of each.
   */
  private static NetworkPlan teacher(Setup setup, String network) {
    NetworkPlan plan = Nets.convolutional(setup, network);
    return setup.budget() == Budget.QUICK ? plan.withEpochs(50).seeing("crop-flip:4") : plan;
  }

  private static List<String> rows(Setup setup, String study) {
    List<String> rows = new ArrayList<>(List.of("scratch", "offline"));
    for (String term : terms(setup, study)) {
      rows.add(alone(term));
      rows.add(soft(term));
    }
    return rows;
  }

  /**
   * Flows are compared entry by entry, which takes like channels; simkd's borrowed head reads maps
   * no smaller than the teacher's, which a MobileNet's are.
   */
  private static List<String> terms(Setup setup, String study) {
    List<String> all = setup.pick(List.of("attention-transfer", "rkd"), TERMS, TERMS);
    Set<String> unfit = setup.budget() == Budget.PAPER ? Set.of("fsp", "simkd") : Set.of("fsp");
    return study.equals("like") ? all : all.stream().filter(t -> !unfit.contains(t)).toList();
  }

  private static String alone(String term) {
    return term.equals("hints") ? "hints softWeight=0 softWeightEnd=0" : term;
  }

  private static String soft(String term) {
    return term.equals("hints") ? "hints" : term + " softWeight=0.9";
  }

  @Override
  public Findings findings(Results results) {
    List<Table> tables = new ArrayList<>();
    for (String study : List.of("like", "unlike")) {
      Map<String, String> paper = study.equals("like") ? LIKE : UNLIKE;
      Table table =
          Table.of(study + " architectures: test accuracy, %", Scale.ACCURACY)
              .row("teacher", paper.get("teacher"), results.teacher(study, Measures::accuracy))
              .row("alone", paper.get("scratch"), results.accuracy(study, "scratch"))
              .row(SOFT, paper.get("offline"), results.accuracy(study, "offline"), "alone");
      for (String term : terms(results.setup(), study)) {
        table =
            table
                .row(term, paper.getOrDefault(term, ""), results.accuracy(study, alone(term)), SOFT)
                .row(term + " + soft targets", "", results.accuracy(study, soft(term)), SOFT);
      }
      tables.add(table);
    }
    return new Findings(
        tables,
        List.of(
            "The paper's column is CIFAR-100, last epoch (RepDistiller), ResNet-56 to ResNet-20 for"
                + " like and ResNet-50 to MobileNetV2 for unlike architectures: read the order, not"
                + " the numbers."),
        Nets.differs(results)
            + (results.setup().budget() == Budget.QUICK
                ? " The teachers alone see cropped and flipped images, and have 50 epochs."
                : "")
            + " Weights of terms are the strategies' defaults, made for larger maps; fsp needs like"
            + " channels, simkd maps no smaller than the teacher's.");
  }
}
