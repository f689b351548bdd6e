package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kd4j.core.strategy.StrategyRegistry;

/**
 * What a study is where nothing is said: the one place these numbers are written. The default study
 * is one where distillation has something to give, as Hinton's had: the teacher learns with dropout
 * and shifted images, the student sees neither.
 */
public final class Defaults {
  /** The data. */
  public static final String DATA = "strokes";

  /** The teacher's network. */
  public static final String TEACHER = "mlp:400-400,dropout=0.3";

  /** The student's network. */
  public static final String STUDENT = "mlp:200-200";

  /** How many seeds: 1, 2, 3. */
  public static final int SEEDS = 3;

  /** The student's epochs. */
  public static final int EPOCHS = 20;

  /** The teacher's epochs, unless the student's are given. */
  public static final int TEACHER_EPOCHS = 40;

  /** What a student sees. */
  public static final String AUGMENT = "none";

  /** How everyone is trained. */
  public static final String OPTIMIZER = "adam";

  /** How the learning rate runs. */
  public static final String SCHEDULE = "cosine";

  /** Samples a step. */
  public static final int BATCH = 128;

  /** Training rows drawn from a set that has many more. */
  public static final int TRAIN = 5000;

  /** The teacher's network, of text. */
  public static final String TEXT_TEACHER = "transformer:2x64,heads=4";

  /** The student's network, of text. */
  public static final String TEXT_STUDENT = "transformer:1x32,heads=4";

  private static final int TEXT_EPOCHS = 15;
  private static final String TEXT_OPTIMIZER = "adamw";
  private static final String TEXT_SCHEDULE = "linear,warmup=1";
  private static final int TEXT_BATCH = 64;

  private static final Set<String> LARGE = Set.of("strokes", "mnist", "phrases", "sst2");
  private static final Set<String> TEXTS = Set.of("phrases", "sst2", "tsv");
  private static final Set<String> IMAGES = Set.of("strokes", "mnist", "cifar10", "idx", "images");

  private Defaults() {}

  /**
   * The student and how it is trained; of text a transformer, by AdamW with a linear schedule.
   *
   * @param source the data's name, {@code mnist}
   */
  public static NetworkPlan student(String source) {
    return TEXTS.contains(source)
        ? new NetworkPlan(
            TEXT_STUDENT,
            TEXT_EPOCHS,
            AUGMENT,
            TEXT_OPTIMIZER,
            Optional.empty(),
            TEXT_SCHEDULE,
            TEXT_BATCH)
        : new NetworkPlan(STUDENT, EPOCHS, AUGMENT, OPTIMIZER, Optional.empty(), SCHEDULE, BATCH);
  }

  /**
   * The teacher and how it is trained: as the student; of images and tables longer.
   *
   * @param source the data's name, {@code mnist}
   */
  public static NetworkPlan teacher(String source) {
    NetworkPlan as = student(source);
    return new NetworkPlan(
        TEXTS.contains(source) ? TEXT_TEACHER : TEACHER,
        TEXTS.contains(source) ? TEXT_EPOCHS : TEACHER_EPOCHS,
        teacherAugment(source),
        as.optimizer(),
        as.learningRate(),
        as.schedule(),
        as.batch());
  }

  /**
   * The training rows that are drawn where none are said.
   *
   * @param source the data's name, {@code mnist}
   * @return empty for all there are
   */
  public static Optional<Integer> train(String source) {
    return LARGE.contains(source) ? Optional.of(TRAIN) : Optional.empty();
  }

  /**
   * What a teacher sees where neither it nor the student is said to see something: images are
   * shifted, rows of a table cannot be.
   *
   * @param source the data's name, {@code mnist}
   */
  public static String teacherAugment(String source) {
    return IMAGES.contains(source) ? "shift:2" : AUGMENT;
  }

  /** The strategies of a comparison where none is named. */
  public static List<String> comparison(StrategyRegistry registry) {
    List<String> ids = new ArrayList<>(registry.defaultComparison());
    if (registry.ids().contains("logit-matching") && !ids.contains("logit-matching")) {
      ids.add("logit-matching");
    }
    return List.copyOf(ids);
  }
}
