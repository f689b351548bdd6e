package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Graft;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Shadow;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;

/** A phase's cast on a device, checked against each other and against what they are fed. */
final class Cast implements AutoCloseable {
  final List<LiveLearner> learners = new ArrayList<>();
  final SortedMap<Role, LiveGuide> guides = new TreeMap<>();
  final SortedMap<Role, LiveShadow> shadows = new TreeMap<>();
  private final NDManager base;
  private final OpeningIn opening;

  /** Brings what was trained to life. */
  interface OpeningIn {
    /** A network, or part of one, in a manager. */
    Network network(Trained trained, NetworkSpec as, NDManager manager);

    /** Weights of the adapters a network was trained with, by term and name joined by a dot. */
    SortedMap<String, SortedMap<String, float[]>> adapters(Trained trained);
  }

  Cast(Phase phase, long seed, NDManager base, OpeningIn opening) {
    this.base = base;
    this.opening = opening;
    Map<Role, Map<String, Shape>> taps = new TreeMap<>();
    Map<Role, Network> networks = new TreeMap<>();
    for (Guide guide : phase.guides()) {
      Preflight.fits(phase, guide.role(), guide.knowledge().spec());
      Knowledge.Live live = guide.knowledge().open((t, as) -> opening.network(t, as, base));
      taps.put(guide.role(), live.taps());
      guides.put(guide.role(), new LiveGuide(guide, live)); // from here on it must not change
    }
    for (Learner learner : phase.learners()) {
      Preflight.fits(phase, learner.role(), learner.start().spec());
      Network network = open(learner.start(), seed);
      networks.put(learner.role(), network);
      taps.put(learner.role(), network.tapShapes());
    }
    for (Shadow shadow : phase.shadows()) {
      Network of = networks.get(shadow.of());
      Network copy = Network.blank(of.spec(), base);
      copy.load(of.weights());
      shadows.put(shadow.role(), new LiveShadow(shadow, copy, of));
      taps.put(shadow.role(), copy.tapShapes());
    }
    Adapter.Shapes shapes = Preflight.shapes(phase.name(), taps);
    Preflight.terms(phase, shapes);
    for (Learner learner : phase.learners()) {
      LiveLearner live = new LiveLearner(learner, networks.get(learner.role()), base, seed, shapes);
      learners.add(live);
      if (learner.start().adapters()) {
        live.takeUp(opening.adapters(learner.start().from().orElseThrow()));
      }
    }
  }

  private Network open(Start start, long seed) {
    Network network =
        start
            .from()
            .map(t -> opening.network(t, t.spec(), base))
            .orElseGet(() -> Network.fresh(start.spec(), base, seed, start.line()));
    for (Graft graft : start.grafts()) {
      try (Network donor = opening.network(graft.donor(), graft.donor().spec(), base)) {
        network.load(graft.onto(network.weights(), donor.weights()));
      }
    }
    return network;
  }

  /** Somebody who is one network. */
  Network network(Role role) {
    for (LiveLearner learner : learners) {
      if (learner.learner.role().equals(role)) {
        return learner.network;
      }
    }
    LiveShadow shadow = shadows.get(role);
    List<Network> parts =
        shadow != null ? List.of(shadow.network()) : guides.get(role).live().networks();
    UsageException.require(
        parts.size() == 1,
        "a term reads the parameters of %s, who is %d networks; choose one network",
        role,
        parts.size());
    return parts.get(0);
  }

  /** Forwards somebody in evaluation mode, as they are now. */
  Outputs evaluated(Role role, NDArray input) {
    for (LiveLearner learner : learners) {
      if (learner.learner.role().equals(role)) {
        return learner.network.forward(Pass.evaluation(), input);
      }
    }
    LiveShadow shadow = shadows.get(role);
    return shadow != null
        ? shadow.network().forward(Pass.evaluation(), input)
        : guides.get(role).live().forward(input);
  }

  /** Whether all that was added up in the epoch so far is a number. */
  boolean sumsAreFinite() {
    return learners.stream().allMatch(LiveLearner::sumsAreFinite);
  }

  /** Whether every learner's parameters and buffers are numbers. */
  boolean weightsAreFinite() {
    return learners.stream().allMatch(LiveLearner::weightsAreFinite);
  }

  /** Everything that decides what comes next: windows, to be read before the next step. */
  void save(Map<String, FloatBuffer> into) {
    learners.forEach(l -> l.save(into));
    shadows.values().forEach(s -> s.save(into));
  }

  /** Takes up what {@link #save} gave. */
  void load(SortedMap<String, float[]> saved) {
    learners.forEach(l -> l.load(saved));
    shadows.values().forEach(s -> s.load(saved));
  }

  @Override
  public void close() {
    learners.forEach(LiveLearner::close);
  }
}
