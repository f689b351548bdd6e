package org.kd4j.core.runner;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.network.Network;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Cost;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.schedule.EpochMetrics;

/**
 * The result of a phase as files of a store's entry: one of weights per learner and age, and one of
 * what was measured.
 *
 * @param history epoch by epoch
 * @param stopReason why it ended
 * @param cost what it took
 * @param steps updates done
 * @param networks weights by role and age, with shapes
 */
record ResultFiles(
    List<EpochMetrics> history,
    String stopReason,
    Cost cost,
    SortedMap<String, SafeTensors> networks) {
  private static final String RESULT = "result";

  /** The result of a phase whose learners are as they stand. */
  static ResultFiles of(
      List<LiveLearner> learners,
      SortedMap<String, float[]> best,
      List<EpochMetrics> history,
      String stopReason,
      Cost cost) {
    SortedMap<String, SafeTensors> networks = new TreeMap<>();
    for (LiveLearner l : learners) {
      Role role = l.learner.role();
      networks.put(name(role, Age.LAST), tensors(l.network, l.network.weights(), role, l));
      SortedMap<String, float[]> chosen = LiveLearner.below(best, role + "/");
      if (!chosen.isEmpty()) {
        networks.put(name(role, Age.BEST), tensors(l.network, chosen, role, l));
      }
      l.adapters.forEach(
          (name, adapter) ->
              networks.put(
                  adapterPrefix(role) + name.replace('/', '.'),
                  tensors(adapter.network, adapter.network.weights(), role, l)));
    }
    return new ResultFiles(history, stopReason, cost, networks);
  }

  private static SafeTensors tensors(
      Network network, SortedMap<String, float[]> weights, Role role, LiveLearner learner) {
    SortedMap<String, SafeTensors.Tensor> tensors = new TreeMap<>();
    weights.forEach(
        (path, values) ->
            tensors.put(
                path,
                new SafeTensors.Tensor(
                    network.parameters().get(path).getArray().getShape().getShape(), values)));
    SortedMap<String, String> texts = new TreeMap<>();
    texts.put("network", network.spec().toString());
    texts.put("role", role.toString());
    texts.put("line", learner.learner.start().line());
    return new SafeTensors(tensors, texts);
  }

  static String name(Role role, Age age) {
    return role + "." + age.name().toLowerCase(java.util.Locale.ROOT);
  }

  SortedMap<String, ByteBuffer> encode() {
    SortedMap<String, ByteBuffer> files = new TreeMap<>();
    networks.forEach((name, weights) -> files.put(name + ".safetensors", weights.encode()));
    SortedMap<String, String> texts = new TreeMap<>();
    texts.put("history", Checkpoint.historyText(history));
    texts.put("stopReason", stopReason);
    texts.put("seconds", Double.toString(cost.seconds()));
    texts.put("stepSeconds", Double.toString(cost.stepSeconds()));
    texts.put("steps", Long.toString(cost.steps()));
    files.put(RESULT + ".safetensors", new SafeTensors(new TreeMap<>(), texts).encode());
    return files;
  }

  /** The weights of a network in an entry. */
  static SortedMap<String, float[]> weights(Map<String, ByteBuffer> files, Trained trained) {
    ByteBuffer file = files.get(name(trained.role(), trained.age()) + ".safetensors");
    if (file == null) {
      throw new IllegalArgumentException("phase " + trained.phase() + " has no " + trained);
    }
    return SafeTensors.decode(file).values();
  }

  private static String adapterPrefix(Role role) {
    return role + ".adapter.";
  }

  /** The weights of the adapters a network was trained with, by term and name joined by a dot. */
  static SortedMap<String, SortedMap<String, float[]>> adapters(
      Map<String, ByteBuffer> files, Trained trained) {
    String prefix = adapterPrefix(trained.role());
    SortedMap<String, SortedMap<String, float[]>> adapters = new TreeMap<>();
    files.forEach(
        (name, file) -> {
          if (name.startsWith(prefix)) {
            adapters.put(
                name.substring(prefix.length(), name.length() - ".safetensors".length()),
                SafeTensors.decode(file).values());
          }
        });
    return adapters;
  }

  static PhaseResult result(
      Phase phase, Fingerprint key, Map<String, ByteBuffer> files, boolean reused) {
    SortedMap<String, String> texts =
        SafeTensors.decode(files.get(RESULT + ".safetensors")).metadata();
    Cost cost =
        new Cost(
            Double.parseDouble(texts.get("seconds")),
            Double.parseDouble(texts.get("stepSeconds")),
            Long.parseLong(texts.get("steps")));
    List<EpochMetrics> history = Checkpoint.history(texts.get("history"));
    SortedMap<Role, Trained> last = new TreeMap<>();
    SortedMap<Role, Trained> best = new TreeMap<>();
    for (Learner learner : phase.learners()) {
      last.put(learner.role(), trained(key, learner, Age.LAST, cost.steps(), history.size()));
      if (files.containsKey(name(learner.role(), Age.BEST) + ".safetensors")) {
        best.put(learner.role(), trained(key, learner, Age.BEST, cost.steps(), history.size()));
      }
    }
    return new PhaseResult(phase, last, best, history, texts.get("stopReason"), cost, reused);
  }

  /**
   * A network grown from another goes on counting its steps, so that it never drops alike twice.
   */
  private static Trained trained(
      Fingerprint key, Learner learner, Age age, long steps, int epochs) {
    long stepsBefore = learner.start().from().map(Trained::steps).orElse(0L);
    int epochsBefore = learner.start().from().map(Trained::epochs).orElse(0);
    return new Trained(
        key,
        learner.role(),
        age,
        learner.start().spec(),
        learner.start().line(),
        stepsBefore + steps,
        epochsBefore + epochs);
  }
}
