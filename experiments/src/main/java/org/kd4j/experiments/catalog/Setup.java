package org.kd4j.experiments.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.data.SplitSpec;

/**
 * What an experiment has at hand.
 *
 * @param budget how much may be spent
 * @param sets the real data sets there are, by name
 */
public record Setup(Budget budget, SortedSet<String> sets) {
  /** Real sets an experiment may ask for. */
  private static final List<String> REAL = List.of("mnist", "cifar10", "optdigits", "sst2");

  /** Copies. */
  public Setup {
    sets = new TreeSet<>(sets);
  }

  /**
   * What is at hand.
   *
   * @param budget how much may be spent
   * @param data the data directory, if there is one
   * @param sources of data sets, by name
   */
  public static Setup of(Budget budget, Optional<Path> data, Map<String, DataSource> sources) {
    DataSource.Place place = new DataSource.Place(data, false);
    SortedSet<String> sets = new TreeSet<>();
    REAL.stream().filter(s -> sources.get(s).folder(place).isPresent()).forEach(sets::add);
    return new Setup(budget, sets);
  }

  /** One of three, by budget. */
  public <T> T pick(T smoke, T quick, T paper) {
    return switch (budget) {
      case SMOKE -> smoke;
      case QUICK -> quick;
      case PAPER -> paper;
    };
  }

  /** Seeds from 1 on: one at smoke, three at quick, as many as said for the paper's. */
  public List<Long> seeds(int paper) {
    return LongStream.rangeClosed(1, pick(1, 3, paper)).boxed().toList();
  }

  /**
   * Images of digits: MNIST, with {@code KD_DATA}; else the embedded strokes.
   *
   * @param quick training rows of the quick budget; the paper's has all
   */
  public Data digits(int quick) {
    return data("mnist", quick);
  }

  /**
   * Photographs: CIFAR-10, or the part of it that is there; else the embedded strokes.
   *
   * @param quick training rows of the quick budget; the paper's has all
   */
  public Data photographs(int quick) {
    return budget == Budget.SMOKE
        ? new Data("strokes:10,train=128,validation=100,test=100", SplitSpec.DEFAULT)
        : data("cifar10", quick);
  }

  /**
   * Sentences with a sentiment: SST-2, with {@code KD_DATA}; else the embedded phrases.
   *
   * @param quick training rows of the quick budget, with 500 for validation; the paper's has all
   */
  public Data text(int quick) {
    if (budget == Budget.SMOKE) {
      return new Data("phrases,train=200,validation=100,test=100", SplitSpec.DEFAULT);
    }
    boolean real = budget == Budget.PAPER || sets.contains("sst2");
    SplitSpec whole = SplitSpec.DEFAULT;
    return new Data(
        real ? "sst2" : "phrases",
        budget == Budget.QUICK ? whole.withTrain(rows(quick)).withValidation(500) : whole);
  }

  /** Generated pairs of characters, 1,296 classes. */
  public Data pairs() {
    String rows =
        pick(
            "train=2592,validation=1296,test=1296",
            "train=77760,validation=2592,test=3888",
            "train=129600,validation=6480,test=12960");
    return new Data("strokes:1296," + rows, SplitSpec.DEFAULT);
  }

  /** Generated characters, 10 or 36 classes. */
  public Data strokes(int classes, int quick) {
    String smoke = "strokes:" + classes + ",train=300,validation=100,test=200";
    return budget == Budget.SMOKE
        ? new Data(smoke, SplitSpec.DEFAULT)
        : new Data("strokes:" + classes, SplitSpec.DEFAULT.withTrain(rows(quick)));
  }

  private Optional<Integer> rows(int quick) {
    return budget == Budget.PAPER ? Optional.empty() : Optional.of(quick);
  }

  private Data data(String set, int quick) {
    boolean real = budget == Budget.PAPER || budget == Budget.QUICK && sets.contains(set);
    return real ? new Data(set, SplitSpec.DEFAULT.withTrain(rows(quick))) : strokes(10, quick);
  }

  /**
   * A set and how it is cut.
   *
   * @param set as studies name it
   * @param split with the rows of the budget
   */
  public record Data(String set, SplitSpec split) {
    /** The same, cut otherwise. */
    public Data with(SplitSpec other) {
      return new Data(set, other);
    }
  }
}
