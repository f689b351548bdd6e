package org.kd4j.experiments.study;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.Names;
import org.kd4j.core.data.Samples;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.runner.Session;

/**
 * Something measured of a trial's networks beside what all trials are measured by, for studies that
 * ask for it ({@code measure: [robustness]}). It is taken at the end of a trial, when nothing is
 * chosen any more.
 */
public interface Measurement {
  /**
   * A trial that ended.
   *
   * @param deployed what would be used
   * @param guide who taught it in its last phase, one network alone; empty where nobody did, or
   *     several
   * @param transfer what the student learnt from
   * @param test the test split
   * @param others what is reported beside, by name
   * @param session of the trial: asked, and not told
   */
  record Ended(
      Knowledge deployed,
      Optional<Knowledge> guide,
      Samples transfer,
      Samples test,
      SortedMap<String, Knowledge> others,
      Session session) {}

  /**
   * What these samples lack for it, as a clause: {@code needs images}.
   *
   * @param test the test split
   * @return empty where nothing is missing
   */
  Optional<String> missing(Samples test);

  /** The numbers, by name. */
  SortedMap<String, Double> of(Ended trial);

  /** All there are, by name. */
  static SortedMap<String, Measurement> all() {
    return new TreeMap<>(
        Map.of(
            "robustness", new Robustness(),
            "specialists", new SpecialistGains(),
            "transfer", new OnTransfer(),
            "words", new RecognisedWords(),
            "attacks", new Attacks(),
            "gradients", new GradientVariance(),
            "logit-limit", new LogitLimit()));
  }

  /** One by name, or an error naming the nearest. */
  static Measurement named(String name) {
    Measurement known = all().get(name);
    if (known == null) {
      throw Names.unknown("measurement", name, all().keySet());
    }
    return known;
  }
}
