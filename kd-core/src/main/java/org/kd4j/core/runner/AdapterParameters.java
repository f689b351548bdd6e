package org.kd4j.core.runner;

import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.TreeMap;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;

/** What a phase trains beside its learners' networks, and nobody deploys. */
public final class AdapterParameters {
  private AdapterParameters() {}

  /**
   * Counts the trained parameters of a learner's adapters, from specs alone.
   *
   * @param phase whose cast they connect
   * @param learner whose terms ask for them
   * @return 0 without adapters
   */
  public static long of(Phase phase, Learner learner) {
    long parameters = 0;
    Adapter.Shapes shapes = null;
    for (Weighted term : learner.objective().terms()) {
      for (Adapter adapter : term.term().needs().adapters().values()) {
        shapes = shapes == null ? shapes(phase) : shapes;
        parameters += LiveLearner.LiveAdapter.spec(adapter, shapes).complexity().parameters();
      }
    }
    return parameters;
  }

  private static Adapter.Shapes shapes(Phase phase) {
    Map<Role, Map<String, Shape>> taps = new TreeMap<>();
    for (Guide guide : phase.guides()) {
      taps.put(guide.role(), guide.knowledge().spec().taps());
    }
    for (Learner learner : phase.learners()) {
      taps.put(learner.role(), learner.start().spec().taps());
    }
    return Preflight.shapes(phase.name(), taps);
  }
}
