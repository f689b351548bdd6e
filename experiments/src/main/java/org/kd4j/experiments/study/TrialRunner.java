package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.evaluation.Measures;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.AdapterParameters;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.Session;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.core.strategy.DistillationResult;

/** Runs one trial and evaluates what it deploys on the test split, once. */
final class TrialRunner {
  private TrialRunner() {}

  static TrialResult run(
      Prepared prepared,
      Prepared.Row row,
      long seed,
      RunContext context,
      TestPredictions said,
      Optional<Gallery> gallery,
      boolean closely,
      List<String> measure,
      Supplier<List<String>> notes) {
    long started = System.nanoTime();
    Session session = new Session(prepared.task(), seed, context);
    DistillationResult result = row.configured().strategy().distill(session);

    // From here on nothing is chosen any more; the test split is read for the first time.
    Samples test = prepared.splits().test();
    Knowledge deployed = result.deployed();
    Function<Knowledge, Predictions> onTest = who -> said.of(who, session);
    Predictions predictions = session.predict(deployed, test);
    Optional<Predictions> guide = guidance(session, deployed, onTest);
    SortedMap<String, Measures> others = new TreeMap<>();
    result
        .others()
        .forEach((name, other) -> others.put(name, Evaluation.measures(onTest.apply(other))));
    Session.Inspection inspection = session.inspect(deployed, test);
    SortedMap<String, Predictions> shown = new TreeMap<>();
    gallery.ifPresent(
        g -> {
          shown.put("deployed", Galleries.rows(predictions, g.rows()));
          guide.ifPresent(p -> shown.put("guide", Galleries.rows(p, g.rows())));
        });
    Work work = new Work();
    List<PhaseReport> phases = session.runs().stream().map(run -> report(run, work)).toList();
    return new TrialResult(
        row.choice(),
        seed,
        prepared.task().teacher().toString(),
        deployed.spec().toString(),
        inspection.complexity(),
        Evaluation.measures(predictions),
        Optional.of(Hits.of(predictions)),
        Optional.of(portraits(session, result, predictions, guide, test, closely)),
        validationAccuracy(prepared, session, deployed),
        bestValidationAccuracy(session, deployed),
        guide.map(g -> Evaluation.follows(g, predictions)),
        others,
        inspection.latencyMillis(),
        phases.stream().mapToDouble(PhaseReport::seconds).sum(),
        (System.nanoTime() - started) * 1e-9,
        phases,
        shown,
        measured(prepared, session, result, measure),
        notes.get());
  }

  private static SortedMap<String, Double> measured(
      Prepared prepared, Session session, DistillationResult result, List<String> measure) {
    Knowledge deployed = result.deployed();
    List<Guide> guides = session.origin(deployed).map(Phase::guides).orElse(List.of());
    Measurement.Ended ended =
        new Measurement.Ended(
            deployed,
            guides.size() == 1 ? Optional.of(guides.get(0).knowledge()) : Optional.empty(),
            prepared.splits().transfer(),
            prepared.splits().test(),
            result.others(),
            session);
    SortedMap<String, Double> measured = new TreeMap<>();
    for (String name : measure) {
      Measurement.named(name).of(ended).forEach((key, v) -> measured.put(name + "." + key, v));
    }
    return measured;
  }

  /** Accuracy on validation samples of what a trial deploys; the test split is not read. */
  static double validate(Prepared prepared, Prepared.Row row, long seed, RunContext context) {
    Session session = new Session(prepared.task(), seed, context);
    Knowledge deployed = row.configured().strategy().distill(session).deployed();
    return validationAccuracy(prepared, session, deployed).orElseThrow();
  }

  private static Portraits portraits(
      Session session,
      DistillationResult result,
      Predictions deployed,
      Optional<Predictions> guide,
      Samples test,
      boolean closely) {
    Optional<Portraits.Cost> teacher =
        Optional.ofNullable(result.others().get("teacher"))
            .filter(who -> closely)
            .map(who -> session.inspect(who, test))
            .map(cost -> new Portraits.Cost(cost.complexity(), cost.latencyMillis()));
    return new Portraits(
        Portrait.of(deployed, closely && guide.isEmpty()),
        guide.map(predictions -> Portrait.of(predictions, closely)),
        teacher);
  }

  /** What the guides of the phase that made a network say, by the mean of their probabilities. */
  private static Optional<Predictions> guidance(
      Session session, Knowledge deployed, Function<Knowledge, Predictions> onTest) {
    List<Guide> guides = session.origin(deployed).map(Phase::guides).orElse(List.of());
    if (guides.isEmpty()) {
      return Optional.empty();
    }
    List<Predictions> all = guides.stream().map(g -> onTest.apply(g.knowledge())).toList();
    return Optional.of(all.size() == 1 ? all.get(0) : mean(all));
  }

  private static Predictions mean(List<Predictions> all) {
    Predictions first = all.get(0);
    float[] logs = new float[first.logits().length];
    for (int row = 0; row < first.size(); row++) {
      double[] sum = new double[first.classes()];
      for (Predictions one : all) {
        double[] p = one.probabilities(row, 1);
        for (int c = 0; c < sum.length; c++) {
          sum[c] += p[c] / all.size();
        }
      }
      for (int c = 0; c < sum.length; c++) {
        logs[row * sum.length + c] = (float) Math.log(Math.max(sum[c], 1e-38));
      }
    }
    return new Predictions(logs, first.classes(), first.labels());
  }

  private static Optional<Double> validationAccuracy(
      Prepared prepared, Session session, Knowledge deployed) {
    return prepared
        .task()
        .validation()
        .map(
            samples ->
                atItsEnd(session, deployed, samples)
                    .orElseGet(() -> Evaluation.accuracy(session.predict(deployed, samples))));
  }

  /** What the phase that a network came out of measured after its last epoch. */
  private static Optional<Double> atItsEnd(Session session, Knowledge deployed, Samples samples) {
    if (!(deployed instanceof Trained trained) || trained.age() != Age.LAST) {
      return Optional.empty();
    }
    return session
        .origin(trained)
        .filter(phase -> phase.validation().equals(Optional.of(samples)) && whole(phase, trained))
        .map(phase -> history(session, trained))
        .filter(history -> !history.isEmpty())
        .map(history -> accuracy(history.get(history.size() - 1), trained))
        .filter(Double::isFinite);
  }

  /** The epochs of the phase that a network came out of. */
  private static List<EpochMetrics> history(Session session, Trained trained) {
    return session.runs().stream()
        .filter(run -> run.fingerprint().equals(trained.phase()))
        .flatMap(run -> run.result().history().stream())
        .toList();
  }

  private static double accuracy(EpochMetrics epoch, Trained trained) {
    return epoch.of(trained.role().toString(), EpochMetrics.VALIDATION_ACCURACY);
  }

  /** Whether it is all of a learner's network, and not some of its stages. */
  private static boolean whole(Phase phase, Trained trained) {
    return phase.learners().stream()
        .anyMatch(l -> l.role().equals(trained.role()) && l.start().spec().equals(trained.spec()));
  }

  private static Optional<Double> bestValidationAccuracy(Session session, Knowledge deployed) {
    if (!(deployed instanceof Trained trained)) {
      return Optional.empty();
    }
    OptionalDouble best =
        history(session, trained).stream()
            .mapToDouble(epoch -> accuracy(epoch, trained))
            .filter(Double::isFinite)
            .max();
    return best.isPresent() ? Optional.of(best.getAsDouble()) : Optional.empty();
  }

  /** A network by its line, which is what the phases that trained it are told by. */
  private static String name(Knowledge knowledge) {
    return knowledge instanceof Trained trained ? trained.line() : knowledge.toString();
  }

  private static PhaseReport report(Session.PhaseRun run, Work work) {
    PhaseResult result = run.result();
    SortedMap<String, String> learners = new TreeMap<>();
    SortedMap<String, String> roles = new TreeMap<>();
    SortedMap<String, String> guides = new TreeMap<>();
    for (Learner learner : result.phase().learners()) {
      learners.put(learner.start().line(), learner.objective().toString());
      roles.put(learner.start().line(), learner.role().toString());
    }
    result.phase().guides().forEach(g -> guides.put(g.role().toString(), name(g.knowledge())));
    return new PhaseReport(
        result.phase().name(),
        run.fingerprint().brief(),
        learners,
        roles,
        guides,
        new ArrayList<>(result.history()),
        result.stopReason(),
        result.cost().seconds(),
        result.cost().stepSeconds(),
        result.cost().steps(),
        result.reused(),
        run.notStored(),
        result.phase().learners().stream()
            .mapToLong(learner -> AdapterParameters.of(result.phase(), learner))
            .sum(),
        Optional.of(work.of(result.phase(), result.cost().steps())));
  }
}
