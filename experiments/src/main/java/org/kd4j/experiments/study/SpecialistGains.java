package org.kd4j.experiments.study;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.kd4j.core.data.Samples;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.offline.specialists.GeneralistWithSpecialists;
import org.kd4j.offline.specialists.SpecialistReport;
import org.kd4j.offline.specialists.SpecialistReport.Gain;

/**
 * {@code specialists}: what specialists are good for on the test samples, of a trial that deploys a
 * generalist with specialists or reports one (G. Hinton, O. Vinyals, J. Dean, "Distilling the
 * Knowledge in a Neural Network", 2015, section 5.5); of others it says nothing.
 *
 * <ul>
 *   <li>{@code conditional}, {@code generalist.conditional}: accuracy on the classes that some
 *       specialist covers, predictions restricted to those; with and without specialists
 *   <li>{@code covered.0}, {@code covered.1}, {@code covered.2}, {@code covered.3}: the share of
 *       the samples whose class so many specialists cover, the last: 3 or more; {@code gain.0} …:
 *       by how much the accuracy on them changes, as a share of the generalist's
 *   <li>{@code networks}: through how many networks a sample goes on average
 * </ul>
 */
final class SpecialistGains implements Measurement {
  /** So many and more are told as one. */
  static final int MANY = 3;

  @Override
  public Optional<String> missing(Samples test) {
    return Optional.empty();
  }

  @Override
  public SortedMap<String, Double> of(Ended trial) {
    return Stream.concat(Stream.of(trial.deployed()), trial.others().values().stream())
        .filter(GeneralistWithSpecialists.class::isInstance)
        .map(GeneralistWithSpecialists.class::cast)
        .findFirst()
        .map(whole -> of(trial, whole))
        .orElseGet(TreeMap::new);
  }

  private static SortedMap<String, Double> of(Ended trial, GeneralistWithSpecialists whole) {
    Knowledge generalist = whole.generalist();
    return of(
        SpecialistReport.of(
            whole,
            trial.session().predict(generalist, trial.test()),
            trial.session().predict(whole, trial.test())));
  }

  static SortedMap<String, Double> of(SpecialistReport report) {
    SortedMap<String, Double> numbers = new TreeMap<>();
    put(numbers, "conditional", report.conditional().wholeAccuracy());
    put(numbers, "generalist.conditional", report.conditional().generalistAccuracy());
    put(numbers, "networks", report.networksPerSample());
    for (int n = 0; n <= MANY; n++) {
      Gain gain = covered(report.coverage(), n);
      put(numbers, "covered." + n, (double) gain.samples() / report.all().samples());
      put(numbers, "gain." + n, gain.relativeChange());
    }
    return numbers;
  }

  /** Of the classes that so many specialists cover, or that many and more. */
  private static Gain covered(List<Gain> coverage, int times) {
    int below = times < MANY ? times + 1 : coverage.size();
    return coverage
        .subList(Math.min(times, coverage.size()), Math.min(below, coverage.size()))
        .stream()
        .reduce(
            new Gain(0, 0, 0),
            (a, b) ->
                new Gain(
                    a.samples() + b.samples(),
                    a.generalistRight() + b.generalistRight(),
                    a.wholeRight() + b.wholeRight()));
  }

  /** What is undefined is left out: nothing to cover, or nothing the generalist has right. */
  private static void put(SortedMap<String, Double> numbers, String name, double value) {
    if (Double.isFinite(value)) {
      numbers.put(name, value);
    }
  }
}
