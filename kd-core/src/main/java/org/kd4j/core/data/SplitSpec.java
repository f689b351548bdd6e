package org.kd4j.core.data;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.kd4j.core.base.UsageException;

/**
 * How a data set is cut and, for some studies, damaged on purpose. Its draws hang on {@code seed},
 * which belongs to the data and does not follow the trial's.
 *
 * @param validation how many rows validate; empty = the set's own custom, else the last tenth of a
 *     fixed permutation of train; 0 = none, which forbids every choice
 * @param train how many of the remaining rows to draw, stratified by class; empty = all
 * @param transfer how many rows students learn from; empty = the training rows. Up to their number
 *     it is a stratified draw from them; beyond it, all of them and further rows of the set, whose
 *     labels are hidden
 * @param omittedClasses classes left out of the transfer set
 * @param hiddenLabels share of the transfer set's labels hidden (−1), 0 to 1
 * @param labelNoise share of labels of train and validation replaced by another class, 0 to 1
 * @param normalization how inputs are scaled
 * @param seed of the split and the damage
 */
public record SplitSpec(
    Optional<Integer> validation,
    Optional<Integer> train,
    Optional<Integer> transfer,
    SortedSet<Integer> omittedClasses,
    float hiddenLabels,
    float labelNoise,
    Scaling normalization,
    long seed) {

  /** How inputs are scaled. */
  public enum Scaling {
    /** As the set brings it: images to [0, 1]. */
    UNIT,
    /** Channel by channel (feature by feature) to mean 0, deviation 1 over the training rows. */
    STANDARD
  }

  /** Everything as the set brings it. */
  public static final SplitSpec DEFAULT =
      new SplitSpec(Optional.empty(), Optional.empty(), new TreeSet<>(), 0, 0, Scaling.UNIT, 0);

  /** A split whose students learn from the training rows. */
  public SplitSpec(
      Optional<Integer> validation,
      Optional<Integer> train,
      SortedSet<Integer> omittedClasses,
      float hiddenLabels,
      float labelNoise,
      Scaling normalization,
      long seed) {
    this(
        validation,
        train,
        Optional.empty(),
        omittedClasses,
        hiddenLabels,
        labelNoise,
        normalization,
        seed);
  }

  /** Checks ranges. */
  public SplitSpec {
    omittedClasses = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(omittedClasses));
    validation.ifPresent(
        v -> UsageException.require(v >= 0, "validation must be 0 or more rows, was %d", v));
    train.ifPresent(t -> UsageException.require(t >= 1, "train must be at least 1 row, was %d", t));
    transfer.ifPresent(
        t -> UsageException.require(t >= 1, "transfer must be at least 1 row, was %d", t));
    UsageException.require(
        hiddenLabels >= 0 && hiddenLabels <= 1,
        "hiddenLabels is a share from 0 to 1, was %s",
        hiddenLabels);
    UsageException.require(
        labelNoise >= 0 && labelNoise < 1,
        "labelNoise is a share from 0 to below 1, was %s",
        labelNoise);
  }

  /** The same with so many validation rows. */
  public SplitSpec withValidation(int rows) {
    return new SplitSpec(
        Optional.of(rows),
        train,
        transfer,
        omittedClasses,
        hiddenLabels,
        labelNoise,
        normalization,
        seed);
  }

  /** The same with so many training rows; empty = all. */
  public SplitSpec withTrain(Optional<Integer> rows) {
    return new SplitSpec(
        validation, rows, transfer, omittedClasses, hiddenLabels, labelNoise, normalization, seed);
  }

  /** The same with so many rows for students. */
  public SplitSpec withTransfer(int rows) {
    return new SplitSpec(
        validation,
        train,
        Optional.of(rows),
        omittedClasses,
        hiddenLabels,
        labelNoise,
        normalization,
        seed);
  }

  /** The same without some classes in the transfer set. */
  public SplitSpec withOmitted(SortedSet<Integer> classes) {
    return new SplitSpec(
        validation, train, transfer, classes, hiddenLabels, labelNoise, normalization, seed);
  }

  /** The same with a share of wrong labels. */
  public SplitSpec withLabelNoise(float share) {
    return new SplitSpec(
        validation, train, transfer, omittedClasses, hiddenLabels, share, normalization, seed);
  }
}
