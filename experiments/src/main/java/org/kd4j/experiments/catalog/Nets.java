package org.kd4j.experiments.catalog;

import java.util.Optional;
import org.kd4j.experiments.study.NetworkPlan;

/** Networks and trainings that experiments share. */
final class Nets {
  /** What the teacher-assistant paper's own tables say against each other. */
  static final String CONTRADICTION =
      "The paper contradicts itself: on CIFAR-100 its table of paths has 42.56 for 10 → 2, its main"
          + " table 44.57 for the same, which is also that of 10 → 6 → 2 among the paths. Its numbers"
          + " are no closer than that.";

  private Nets() {}

  /** A perceptron with dropout that sees shifted images: a teacher as Hinton's. */
  static NetworkPlan teacher(Setup setup, int units, int quickEpochs) {
    String layers = setup.pick("mlp:24", "mlp:" + units + "-" + units, "mlp:1200-1200");
    return NetworkPlan.of(layers + ",dropout=0.3", setup.pick(1, quickEpochs, 60))
        .seeing("shift:2");
  }

  /** A perceptron of two layers, trained from the images as they are. */
  static NetworkPlan student(Setup setup, int units, int quickEpochs) {
    String layers = setup.pick("mlp:8", "mlp:" + units + "-" + units, "mlp:" + units + "-" + units);
    return NetworkPlan.of(layers, setup.pick(1, quickEpochs, 60));
  }

  /** A plain convolutional network by its number of convolutions, slimmer where time is short. */
  static String planes(Setup setup, int planes) {
    return "cnn:" + planes + setup.pick(",share=0.125", ",share=0.25", "");
  }

  /** The training of convolutional networks. */
  static NetworkPlan convolutional(Setup setup, String network) {
    return new NetworkPlan(
        network,
        setup.pick(1, 12, 160),
        setup.pick("none", "none", "crop-flip:4"),
        "adam",
        Optional.empty(),
        "cosine",
        setup.pick(128, 64, 128));
  }

  /** The training of encoders of text. */
  static NetworkPlan transformer(String network, int epochs) {
    return new NetworkPlan(
        network, epochs, "none", "adamw", Optional.empty(), "linear,warmup=1", 64);
  }

  /** Photographs, a plain teacher of ten convolutions and a student of two. */
  static Basis planes(Setup setup) {
    return new Basis(
            setup.photographs(2000),
            convolutional(setup, planes(setup, 10)),
            convolutional(setup, planes(setup, 2)),
            setup.seeds(5))
        .withSplit(split -> split.withValidation(setup.pick(100, 1000, 5000)));
  }

  /**
   * What differs from the teacher-assistant paper's setting, and papers that use CIFAR-10 alike.
   */
  static String differs(Results results) {
    String small =
        results.setup().budget() == Budget.PAPER
            ? ""
            : "networks with a share of the papers' channels, few epochs, no augmentation; ";
    return small
        + "Adam with a cosine rate for all; weights and temperature are the strategies' defaults"
        + " unless a row says otherwise, not searched; the data is "
        + results.data()
        + ", where the papers have 50,000 photographs to train and 10,000 to test on; the last epoch's network is tested, never the best on"
        + " test.";
  }
}
