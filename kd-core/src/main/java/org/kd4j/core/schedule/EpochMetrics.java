package org.kd4j.core.schedule;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was measured in an epoch of a phase, by name: {@code student/loss}, {@code student/hard},
 * {@code student/validationAccuracy}. Holds no wall-clock time: a rule that read it would not
 * replay.
 *
 * @param epoch counted from 0 within the phase
 * @param values by role and quantity; a loss term's is its unweighted mean over the epoch's steps
 */
public record EpochMetrics(int epoch, SortedMap<String, Double> values) {
  /** Name of the validation accuracy, after {@code role/}. */
  public static final String VALIDATION_ACCURACY = "validationAccuracy";

  /** Name of the validation negative log-likelihood, after {@code role/}. */
  public static final String VALIDATION_NLL = "validationNll";

  /**
   * Name of the objective's value on validation, after {@code role/}; measured where no head is
   * trained, which could be right or wrong.
   */
  public static final String VALIDATION_LOSS = "validationLoss";

  /**
   * Name of a term's value on validation, after {@code role/}; measured where no head is trained.
   *
   * @param term its name
   */
  public static String validationOf(String term) {
    return "validation." + term;
  }

  /** Name of the objective's value, after {@code role/}. */
  public static final String LOSS = "loss";

  /** Name of the learning rate, after {@code role/}. */
  public static final String LEARNING_RATE = "learningRate";

  /** The names that no term may have. */
  public static final Set<String> OWN =
      Set.of(LOSS, LEARNING_RATE, VALIDATION_ACCURACY, VALIDATION_NLL, VALIDATION_LOSS);

  /** Copies the values. */
  public EpochMetrics {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /**
   * A value.
   *
   * @param role whose
   * @param quantity which
   * @return the value, NaN if it was not measured
   */
  public double of(String role, String quantity) {
    return values.getOrDefault(role + "/" + quantity, Double.NaN);
  }

  /** Metrics of an epoch. */
  public static EpochMetrics of(int epoch, Map<String, Double> values) {
    return new EpochMetrics(epoch, new TreeMap<>(values));
  }
}
