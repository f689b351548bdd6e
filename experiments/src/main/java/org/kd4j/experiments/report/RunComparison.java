package org.kd4j.experiments.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudySpec;
import org.kd4j.experiments.study.TrialResult;

/**
 * What differs between two runs, bit for bit: what was asked, by what it was run, what came out.
 * Durations do not count, nor does where and how a run was done (machine, workers, store): none of
 * it may change a result.
 *
 * @param configuration what was asked, and on which data
 * @param versions of kd4j, Java, engine and of the phases' code
 * @param trials that both have
 * @param onlyFirst trials that the second has not
 * @param onlySecond trials that the first has not
 * @param failed what failed in either, of which nothing can be said
 */
public record RunComparison(
    List<Difference> configuration,
    List<Difference> versions,
    List<Trial> trials,
    List<String> onlyFirst,
    List<String> onlySecond,
    List<String> failed) {

  /** How long phases and trials took, whether the store had them, and by which code. */
  private static final List<String> APART =
      List.of(
          "seconds",
          "stepSeconds",
          "reused",
          "latencyMillis",
          "trainSeconds",
          "wallSeconds",
          "fingerprint",
          "notStored");

  /**
   * A value that differs.
   *
   * @param what its path
   * @param first in the first run; {@code —} where it is not there
   * @param second in the second
   */
  public record Difference(String what, String first, String second) {}

  /**
   * A trial that both runs have.
   *
   * @param name strategy, options and seed
   * @param accuracy its test accuracy in the first run
   * @param other and in the second
   * @param differences of its results; empty where every bit is the same
   */
  public record Trial(String name, double accuracy, double other, List<Difference> differences) {}

  /** Copies. */
  public RunComparison {
    configuration = List.copyOf(configuration);
    versions = List.copyOf(versions);
    trials = List.copyOf(trials);
    onlyFirst = List.copyOf(onlyFirst);
    onlySecond = List.copyOf(onlySecond);
    failed = List.copyOf(failed);
  }

  /** Compares two runs. */
  public static RunComparison of(RunRecord first, RunRecord second) {
    List<Difference> versions =
        differences(new TreeMap<>(first.versions()), new TreeMap<>(second.versions()));
    long otherCode = otherCode(first.study(), second.study());
    if (otherCode > 0) {
      versions.add(
          new Difference("code or settings of phases", otherCode + " of them", "have others"));
    }
    List<Difference> asked = differences(asked(first.study().spec()), asked(second.study().spec()));
    asked.addAll(data(first.study(), second.study()));
    return results(first.study(), second.study(), asked, versions);
  }

  /** Compares what came out, and nothing else. */
  public static RunComparison results(StudyResult first, StudyResult second) {
    return results(first, second, data(first, second), List.of());
  }

  private static RunComparison results(
      StudyResult first,
      StudyResult second,
      List<Difference> configuration,
      List<Difference> versions) {
    Map<String, TrialResult> a = byName(first);
    Map<String, TrialResult> b = byName(second);
    List<Trial> both = new ArrayList<>();
    a.forEach(
        (name, trial) -> {
          TrialResult other = b.get(name);
          if (other != null) {
            both.add(
                new Trial(
                    name,
                    trial.test().accuracy(),
                    other.test().accuracy(),
                    differences(leaves(findings(trial)), leaves(findings(other)))));
          }
        });
    return new RunComparison(
        configuration,
        versions,
        both,
        a.keySet().stream().filter(name -> !b.containsKey(name)).toList(),
        b.keySet().stream().filter(name -> !a.containsKey(name)).toList(),
        Stream.concat(first.failures().stream(), second.failures().stream()).distinct().toList());
  }

  /** Whether configuration, versions and results are the same. */
  public boolean same() {
    return configuration.isEmpty() && versions.isEmpty() && sameResults();
  }

  /** Whether nothing failed and both have the same trials with the same results, in every bit. */
  public boolean sameResults() {
    return onlyFirst.isEmpty()
        && onlySecond.isEmpty()
        && failed.isEmpty()
        && trials.stream().allMatch(t -> t.differences().isEmpty());
  }

  private static Map<String, TrialResult> byName(StudyResult study) {
    Map<String, TrialResult> trials = new LinkedHashMap<>();
    study.trials().forEach(t -> trials.put(t.choice() + ", seed " + t.seed(), t));
    return trials;
  }

  /** A trial without what it took and by which code. */
  private static JsonNode findings(TrialResult trial) {
    JsonNode tree = Json.tree(trial);
    prune(tree);
    return tree;
  }

  private static void prune(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(APART);
    }
    node.forEach(RunComparison::prune);
  }

  private static SortedMap<String, String> asked(StudySpec spec) {
    ObjectNode tree = (ObjectNode) Json.tree(spec);
    tree.remove("strategies");
    SortedMap<String, String> asked = leaves(tree);
    spec.strategies().forEach(choice -> asked.put("strategies: " + choice, "compared"));
    return asked;
  }

  private static List<Difference> data(StudyResult first, StudyResult second) {
    List<String> a = first.dataFingerprints();
    List<String> b = second.dataFingerprints();
    // A run that did not end may not have noted them.
    return a.isEmpty() || b.isEmpty() || a.equals(b)
        ? new ArrayList<>()
        : new ArrayList<>(differences(prints(a), prints(b)));
  }

  private static SortedMap<String, String> prints(List<String> fingerprints) {
    SortedMap<String, String> byName = new TreeMap<>();
    for (String print : fingerprints) {
      String[] words = print.split(" ", 2);
      String hash = words[words.length - 1];
      byName.put(
          "samples of " + (words.length == 2 ? words[0] : "data"),
          hash.substring(0, Math.min(12, hash.length())));
    }
    return byName;
  }

  /** How many phases that trials of both runs have under the same place differ in fingerprint. */
  private static long otherCode(StudyResult first, StudyResult second) {
    Map<String, TrialResult> others = byName(second);
    long differing = 0;
    for (Map.Entry<String, TrialResult> entry : byName(first).entrySet()) {
      TrialResult other = others.get(entry.getKey());
      if (other == null) {
        continue;
      }
      int phases = Math.min(entry.getValue().phases().size(), other.phases().size());
      for (int i = 0; i < phases; i++) {
        String print = entry.getValue().phases().get(i).fingerprint();
        differing += print.equals(other.phases().get(i).fingerprint()) ? 0 : 1;
      }
    }
    return differing;
  }

  private static List<Difference> differences(
      SortedMap<String, String> first, SortedMap<String, String> second) {
    TreeSet<String> keys = new TreeSet<>(first.keySet());
    keys.addAll(second.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String key : keys) {
      String a = Optional.ofNullable(first.get(key)).orElse(Numbers.NONE);
      String b = Optional.ofNullable(second.get(key)).orElse(Numbers.NONE);
      if (!a.equals(b)) {
        differences.add(new Difference(key, a, b));
      }
    }
    return differences;
  }

  /** All values of a tree by path. */
  private static SortedMap<String, String> leaves(JsonNode tree) {
    SortedMap<String, String> leaves = new TreeMap<>();
    collect(tree, "", leaves);
    return leaves;
  }

  private static void collect(JsonNode node, String path, SortedMap<String, String> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              e -> collect(e.getValue(), path + (path.isEmpty() ? "" : ".") + e.getKey(), into));
    } else if (node.isArray() && !path.equals("seeds")) {
      for (int i = 0; i < node.size(); i++) {
        collect(node.get(i), path + "[" + i + "]", into);
      }
    } else if (!node.isNull()) {
      into.put(path, node.isArray() ? node.toString() : node.asText());
    }
  }
}
