package org.kd4j.experiments.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * Networks that take every test sample for one and the same class: they have learnt nothing, though
 * with unequal classes their accuracy may look like something, and who they teach learns nothing
 * from them.
 */
public final class Unlearnt {
  private static final int MOST_NAMED = 8;

  private Unlearnt() {}

  /** Who they are, in words; empty where there are none. */
  public static Optional<String> of(StudyResult study) {
    Map<String, List<Measures>> said = new LinkedHashMap<>();
    Set<Long> seeds = new HashSet<>();
    for (TrialResult trial : study.trials()) {
      Measures teacher = trial.others().get(Summary.TEACHER);
      if (teacher != null && seeds.add(trial.seed())) { // the same for all trials of a seed
        add(said, Summary.TEACHER, teacher);
      }
    }
    study.trials().forEach(trial -> add(said, trial.choice().toString(), trial.test()));
    List<String> names = new ArrayList<>();
    said.forEach(
        (name, all) -> {
          long nothing = all.stream().filter(Unlearnt::nothing).count();
          if (nothing > 0) {
            names.add(
                nothing == all.size() ? name : name + " (" + nothing + " of " + all.size() + ")");
          }
        });
    if (names.isEmpty()) {
      return Optional.empty();
    }
    int more = names.size() - MOST_NAMED;
    String who = String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMED)));
    return Optional.of(
        "learnt nothing, every test sample is taken for one class: "
            + (more > 0 ? who + " and " + more + " more" : who)
            + "; more epochs or another learning rate may help");
  }

  private static void add(Map<String, List<Measures>> said, String name, Measures measures) {
    said.computeIfAbsent(name, absent -> new ArrayList<>()).add(measures);
  }

  private static boolean nothing(Measures measures) {
    return kinds(measures.confusion().predicted()) == 1
        && kinds(measures.confusion().labelled()) > 1;
  }

  private static long kinds(int[] counts) {
    return IntStream.of(counts).filter(count -> count > 0).count();
  }
}
