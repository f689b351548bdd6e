package org.kd4j.experiments.cli;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.phase.Feed;
import org.kd4j.experiments.catalog.Budget;
import org.kd4j.experiments.study.Defaults;
import org.kd4j.experiments.study.StudyDraft;
import picocli.CommandLine.Option;

/**
 * A study in flags. Values are read where those of files are, so that they are refused in the same
 * words; here they are only carried there.
 */
final class StudyFlags {
  @Option(
      names = "--data",
      paramLabel = "SET",
      description =
          "mnist, cifar10, optdigits, sst2, strokes, phrases and frames (embedded), or your own: idx:DIR, csv:FILE,label=COLUMN, images:DIR, tsv:DIR. Default: "
              + Defaults.DATA
              + ".")
  @Nullable String data;

  @Option(
      names = "--teacher",
      paramLabel = "SPEC",
      description =
          "The teacher's network. Default: "
              + Defaults.TEACHER
              + "; for text "
              + Defaults.TEXT_TEACHER
              + ".")
  @Nullable String teacher;

  @Option(
      names = "--student",
      paramLabel = "SPEC",
      description =
          "The student's network; slim(teacher) for a slimmer one. Default: "
              + Defaults.STUDENT
              + "; for text "
              + Defaults.TEXT_STUDENT
              + ".")
  @Nullable String student;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many, or which: 3 or 11,12,13. Default: " + Defaults.SEEDS + ".")
  @Nullable String seeds;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Epochs of the student. Default: " + Defaults.EPOCHS + ".")
  @Nullable String epochs;

  @Option(
      names = "--augment",
      paramLabel = "SPEC",
      description =
          "What the student sees: none, shift:2, crop-flip:4. Default: " + Defaults.AUGMENT + ".")
  @Nullable String augment;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description =
          "adam, adamw or sgd, with constants where wanted:"
              + " sgd,momentum=0.9,nesterov=true,weightDecay=5e-4,clipNorm=1. Default: "
              + Defaults.OPTIMIZER
              + ".")
  @Nullable String optimizer;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "The highest rate. Default: 1e-3, for sgd 0.05.")
  @Nullable String learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "SPEC",
      description =
          "constant, cosine, linear or multi-step:60-120,factor=0.1; each with ,warmup=EPOCHS. Default: "
              + Defaults.SCHEDULE
              + ".")
  @Nullable String schedule;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Samples a step. Default: " + Defaults.BATCH + ".")
  @Nullable String batch;

  @Option(
      names = "--teacher-epochs",
      paramLabel = "N",
      description =
          "The teacher's own training; 0 takes a network with weights of its own, bert:DIR, as it is."
              + " Each --teacher-... follows the student's where that is given. Default: "
              + Defaults.TEACHER_EPOCHS
              + ".")
  @Nullable String teacherEpochs;

  @Option(
      names = "--teacher-augment",
      paramLabel = "SPEC",
      description = "Default: shift:2 for images.")
  @Nullable String teacherAugment;

  @Option(names = "--teacher-optimizer", paramLabel = "NAME", description = "Likewise.")
  @Nullable String teacherOptimizer;

  @Option(names = "--teacher-learning-rate", paramLabel = "X", description = "Likewise.")
  @Nullable String teacherLearningRate;

  @Option(names = "--teacher-schedule", paramLabel = "SPEC", description = "Likewise.")
  @Nullable String teacherSchedule;

  @Option(names = "--teacher-batch", paramLabel = "N", description = "Likewise.")
  @Nullable String teacherBatch;

  @Option(
      names = "--teacher-seed",
      paramLabel = "N",
      description = "One teacher under all seeds, by this one. Default: each seed its own.")
  @Nullable String teacherSeed;

  @Option(
      names = "--train",
      paramLabel = "N",
      description =
          "Training rows to draw, stratified, or 'all'. Default: "
              + Defaults.TRAIN
              + " of strokes, mnist, phrases and sst2, else all.")
  @Nullable String train;

  @Option(
      names = "--validation",
      paramLabel = "N",
      description =
          "Rows that validate; 0 = none, which forbids every choice. Default: the set's own custom, else a tenth of train.")
  @Nullable String validation;

  @Option(
      names = "--normalize",
      paramLabel = "HOW",
      description = "unit ([0, 1] for images) or standard. Default: unit.")
  @Nullable String normalize;

  @Option(
      names = "--omit-classes",
      paramLabel = "3,7",
      description = "Classes left out of the transfer set.")
  @Nullable String omitClasses;

  @Option(
      names = "--hide-labels",
      paramLabel = "R",
      description = "Share of the transfer set's labels to hide, 0 to 1.")
  @Nullable String hideLabels;

  @Option(
      names = "--label-noise",
      paramLabel = "R",
      description = "Share of wrong labels in train and validation, 0 to 1.")
  @Nullable String labelNoise;

  @Option(
      names = "--checkpoint-every-steps",
      paramLabel = "N",
      description = "Checkpoints within epochs too. Default: 0, at their ends.")
  @Nullable String checkpointEverySteps;

  @Option(
      names = "--cache-megabytes",
      paramLabel = "N",
      description =
          "Up to which size what a student's guides say of all samples is computed once; 0 = at each step. Default: "
              + Feed.CACHE
              + ".")
  @Nullable String cacheMegabytes;

  @Option(
      names = "--budget",
      paramLabel = "SIZE",
      description =
          "smoke: seconds, shows that it works; quick: the defaults. What other flags say counts.")
  @Nullable Budget budget;

  private static final Map<String, String> NESTED =
      Map.of(
          "data", "data.set",
          "train", "data.train",
          "validation", "data.validation",
          "normalize", "data.normalize",
          "omitClasses", "data.omitClasses",
          "hideLabels", "data.hideLabels",
          "labelNoise", "data.labelNoise");

  /** What is given, by path in a study; a field is called as its key. */
  private Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    for (Field field : StudyFlags.class.getDeclaredFields()) {
      if (field.getType() == String.class && field.isAnnotationPresent(Option.class)) {
        try {
          Object value = field.get(this);
          if (value != null) {
            given.put(field.getName(), (String) value);
          }
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("a field of one's own can be read", e);
        }
      }
    }
    return given;
  }

  /** Says in a draft what the flags say, and before that what the budget does. */
  void into(StudyDraft draft) {
    UsageException.require(
        budget != Budget.PAPER,
        "--budget is smoke or quick here; paper is for experiments, which name their paper's sizes"
            + " ('kd experiments')");
    if (budget == Budget.SMOKE) { // quick: the defaults, which differ with the data
      String flag = "--budget";
      draft.flag(flag, "seeds", String.valueOf(budget.seeds()));
      draft.flag(flag, "epochs", String.valueOf(budget.epochs()));
      draft.flag(flag, "teacherEpochs", String.valueOf(budget.teacherEpochs()));
      String source = data == null ? Defaults.DATA : SpecText.parse(data).head();
      if (Defaults.train(source).isPresent()) {
        draft.flag(flag, "data.train", String.valueOf(budget.train()));
      }
    }
    given().forEach((key, value) -> draft.flag(name(key), NESTED.getOrDefault(key, key), value));
  }

  /** Whether nothing but, perhaps, a budget is said. */
  boolean isOnlyBudget() {
    return given().isEmpty();
  }

  private static String name(String key) {
    return "--" + key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
