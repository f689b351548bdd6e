package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.network.Complexity;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Ensemble;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.UpdateOrder;
import org.kd4j.core.runner.AdapterParameters;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.runner.TeacherOutputs;
import org.kd4j.core.store.Store;

/** Walks a study's trials without training, and counts what would be left to do. */
final class Planner {
  /** Assumed of text, whose lengths differ: 60 GFLOP/s a thread. */
  private static final double SECONDS_PER_MULTIPLY_ADD = 2 / 60e9;

  /** Assumed of a step beside its networks: batch, loss, optimiser. */
  private static final double SECONDS_PER_STEP = 0.5e-3;

  /** What an epoch's measurements take as text. */
  private static final long BYTES_MEASURED = 500;

  private final Prepared prepared;
  private final StudySpec spec;
  private final RunSettings settings;
  private final List<String> environment;
  private final Optional<Store> store;
  private final Set<Fingerprint> counted = new HashSet<>();
  private final Map<NetworkSpec, Complexity> complexities = new HashMap<>();
  private final Map<NetworkSpec, Double> forwards = new HashMap<>();
  private final Set<List<Object>> outputs = new HashSet<>();
  private final Set<String> flags = new LinkedHashSet<>();
  private final List<Set<Fingerprint>> keysOfTrials = new ArrayList<>();
  private long steps;
  private double seconds;
  private long bytes;

  Planner(
      Prepared prepared,
      StudySpec spec,
      RunSettings settings,
      List<String> environment,
      Optional<Store> store) {
    this.prepared = prepared;
    this.spec = spec;
    this.settings = settings;
    this.environment = environment;
    this.store = store;
  }

  /** What is allowed and worth saying before it is trained, once planned. */
  Set<String> flags() {
    return flags;
  }

  StudyPlan plan() {
    List<StudyPlan.PlannedTrial> trials = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    OptionalLong teacherSeed =
        spec.teacherSeed().map(OptionalLong::of).orElse(OptionalLong.empty());
    for (Prepared.Row row : prepared.rows()) {
      for (long seed : spec.seeds()) {
        Counted before =
            new Counted(steps, seconds, bytes, Set.copyOf(counted), Set.copyOf(outputs));
        List<StudyPlan.PlannedPhase> phases = new ArrayList<>();
        Set<Fingerprint> keys = new HashSet<>();
        try {
          DryRun session = new DryRun(prepared.task(), seed, teacherSeed, environment);
          row.configured().strategy().distill(session);
          for (DryRun.Planned planned : session.planned()) {
            if (planned.key().isEmpty()) {
              notes.add(
                  "phase '" + planned.phase().name() + "' cannot be stored: " + planned.obstacle());
            }
            planned.key().ifPresent(keys::add);
            flags.addAll(smallerGuides(planned.phase()));
            phases.add(phase(planned));
          }
        } catch (UsageException e) {
          throw e; // bad input is refused before anything is trained
        } catch (Exception | LinkageError | AssertionError e) {
          // What a dry run hands back is invented; with real results the trial may well do.
          restore(before);
          phases.clear();
          keys.clear();
          flags.add(
              row.choice()
                  + " cannot be planned: "
                  + StudyRunner.reason(e)
                  + "; its phases are not counted, and its trials run all the same");
        }
        trials.add(new StudyPlan.PlannedTrial(row.choice(), seed, phases));
        keysOfTrials.add(keys);
      }
    }
    notes.addAll(flags);
    return new StudyPlan(trials, steps, seconds / settings.workers(), bytes, List.copyOf(notes));
  }

  /** What is counted up to a trial. */
  private record Counted(
      long steps, double seconds, long bytes, Set<Fingerprint> phases, Set<List<Object>> outputs) {}

  private void restore(Counted before) {
    steps = before.steps;
    seconds = before.seconds;
    bytes = before.bytes;
    counted.retainAll(before.phases);
    outputs.retainAll(before.outputs);
  }

  /** The fingerprints of the phases of each trial in the plan's order, as far as they are known. */
  List<Set<Fingerprint>> keysOfTrials() {
    return List.copyOf(keysOfTrials);
  }

  private StudyPlan.PlannedPhase phase(DryRun.Planned planned) {
    Phase phase = planned.phase();
    int batch = Math.min(phase.training().batchSize(), phase.feed().draws());
    long updates = (long) phase.stepsPerEpoch() * phase.training().epochs();
    boolean there = planned.key().map(k -> !counted.add(k) || stored(k)).orElse(false);
    if (!there) {
      steps += updates;
      bytes += planned.key().isPresent() ? bytes(phase) : 0;
      seconds += updates * SECONDS_PER_STEP + seconds(phase, updates * batch);
    }
    return new StudyPlan.PlannedPhase(phase.name(), told(phase), updates, there);
  }

  /** Weights of the last and the best epoch, measurements, outputs of guides. */
  private long bytes(Phase phase) {
    long sum = BYTES_MEASURED * phase.training().epochs();
    for (Learner learner : phase.learners()) {
      long weights = Float.BYTES * complexity(learner.start().spec()).parameters();
      sum += (phase.validation().isPresent() ? 2 : 1) * weights;
    }
    for (Guide guide : phase.guides()) {
      List<Object> said =
          List.of(
              guide.knowledge().fingerprint(),
              phase.feed().samples().fingerprint(),
              phase.feed().augmentation());
      if (outputs.add(said)) {
        sum += TeacherOutputs.storedBytes(phase, guide);
      }
    }
    return sum;
  }

  /** Who learns what, who follows whom, and whether in turn. */
  private static String told(Phase phase) {
    List<String> who = new ArrayList<>();
    phase
        .learners()
        .forEach(
            l ->
                who.add(
                    l.start().line()
                        + " = "
                        + l.start().spec()
                        + ": "
                        + l.objective()
                        + beside(AdapterParameters.of(phase, l))));
    phase.shadows().forEach(s -> who.add(s.role() + " = " + s.of() + " " + s.following()));
    return String.join("; ", who) + (phase.order() == UpdateOrder.IN_TURN ? "; in turn" : "");
  }

  /** What is trained beside a network and stays behind. */
  private static String beside(long adapterParameters) {
    return adapterParameters == 0
        ? ""
        : " (beside it adapters of " + adapterParameters + " parameters)";
  }

  /** Allowed, and worth saying: a network taught by a smaller one. */
  private List<String> smallerGuides(Phase phase) {
    List<String> notes = new ArrayList<>();
    for (Learner learner : phase.learners()) {
      long own = complexity(learner.start().spec()).parameters();
      for (Guide guide : phase.guides()) {
        long theirs = parameters(guide.knowledge());
        if (theirs < own && reads(learner, guide)) {
          notes.add(
              String.format(
                  Locale.ROOT,
                  "in phase '%s' the guide %s (%s, %d parameters) is smaller than %s whom it"
                      + " teaches (%s, %d)",
                  phase.name(),
                  guide.role(),
                  guide.knowledge().spec(),
                  theirs,
                  learner.role(),
                  learner.start().spec(),
                  own));
        }
      }
    }
    return notes;
  }

  private long parameters(Knowledge knowledge) {
    return knowledge instanceof Ensemble all
        ? all.members().stream().mapToLong(this::parameters).sum()
        : complexity(knowledge.spec()).parameters();
  }

  private static boolean reads(Learner learner, Guide guide) {
    return learner.objective().needs().taps().stream()
        .anyMatch(tap -> tap.role().equals(guide.role()));
  }

  private boolean stored(Fingerprint key) {
    return store.isPresent() && store.get().find(Store.Kind.PHASE, key).isPresent();
  }

  /**
   * Of a learner's forwards, which backward take twice as long, and of those on validation samples;
   * of a guide's, of all samples once where they do not change from epoch to epoch.
   *
   * @param read samples in all epochs
   */
  private double seconds(Phase phase, long read) {
    long validated = phase.validation().map(Samples::size).orElse(0);
    double sum = 0;
    for (Learner learner : phase.learners()) {
      sum += (3.0 * read + validated * phase.training().epochs()) * forward(learner.start().spec());
    }
    for (Guide guide : phase.guides()) {
      int sets = phase.feed().distinctInputs();
      sum +=
          (sets > 0 ? (long) sets * phase.feed().samples().size() : read)
              * forward(guide.knowledge().spec());
    }
    return sum;
  }

  /** Seconds of a sample's forward. */
  private double forward(NetworkSpec network) {
    return network.readsText()
        ? complexity(network).multiplyAdds() * SECONDS_PER_MULTIPLY_ADD
        : forwards.computeIfAbsent(network, NetworkSpec::forwardSeconds);
  }

  private Complexity complexity(NetworkSpec network) {
    return complexities.computeIfAbsent(network, NetworkSpec::complexity);
  }
}
