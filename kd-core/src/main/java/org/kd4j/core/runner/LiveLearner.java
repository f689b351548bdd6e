package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.nio.FloatBuffer;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.Native;
import org.kd4j.core.engine.Updates;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mode;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.Pass;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Adapter;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.optimizer.Optimizer;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.schedule.Progress;

/** A learner with its network, its terms' adapters and its optimiser, on a device. */
final class LiveLearner implements AutoCloseable {
  final Learner learner;
  final Network network;
  final SortedMap<String, LiveAdapter> adapters = new TreeMap<>();
  final SortedMap<String, LiveMemory> memories = new TreeMap<>();
  final NDArray[] sums;
  final NDArray total;
  private final Optimizer optimizer;
  private final Map<String, Parameter> trained = new LinkedHashMap<>();
  private final long seed;
  private final Draws dropout;
  private final long stepsBefore;
  private final Set<String> frozen;
  private final long frozenBits;
  private Map<Parameter, NDArray> leaves = Map.of();

  LiveLearner(Learner learner, Network network, NDManager base, long seed, Adapter.Shapes shapes) {
    this.learner = learner;
    this.network = network;
    this.seed = seed;
    this.dropout = Draws.of(seed, "dropout", learner.start().line());
    this.stepsBefore = learner.start().from().map(t -> t.steps()).orElse(0L);
    this.frozen = learner.trains().frozen(network.stages());
    this.frozenBits = frozenBits();
    network
        .parameters()
        .forEach(
            (path, parameter) -> {
              if (!isFrozen(path)) {
                train(path, parameter);
              }
            });
    for (Weighted term : learner.objective().terms()) {
      memories.put(term.name(), new LiveMemory(base));
      term.term()
          .needs()
          .adapters()
          .forEach(
              (name, adapter) -> {
                String path = term.name() + "/" + name;
                LiveAdapter live =
                    new LiveAdapter(adapter, shapes, base, seed, learner.start().line(), path);
                adapters.put(path, live);
                live.network
                    .parameters()
                    .forEach((p, parameter) -> train("adapter/" + path + "/" + p, parameter));
              });
    }
    SortedMap<String, NDArray> arrays = new TreeMap<>();
    trained.forEach((path, parameter) -> arrays.put(path, parameter.getArray()));
    this.optimizer = learner.optimizer().build(arrays);
    this.sums = new NDArray[learner.objective().terms().size()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = base.zeros(new Shape());
    }
    this.total = base.zeros(new Shape());
  }

  private boolean isFrozen(String path) {
    return frozen.contains(path.substring(0, path.indexOf('/')));
  }

  private long frozenBits() {
    SortedMap<String, Parameter> still = new TreeMap<>(network.parameters());
    still.keySet().removeIf(path -> !isFrozen(path));
    return LiveGuide.bits(still.values());
  }

  /** Refuses to go on if a bit of a frozen stage moved. */
  void checkFrozen(String phase) {
    if (frozenBits() != frozenBits) {
      throw new RunException(
          "Phase '"
              + phase
              + "': a frozen stage of "
              + learner.role()
              + " among "
              + frozen
              + " changed. This is a bug in a block or term that writes into its arrays.");
    }
  }

  /**
   * Whether its logits tell how it learns: its head is trained in this phase, or taken over and
   * something that it reads is.
   */
  boolean hasHead() {
    return !frozen.contains(TappedBlock.LOGITS)
        || !learner.start().grafts().isEmpty()
            && !frozen.containsAll(network.stages().needed(TappedBlock.LOGITS));
  }

  /** Lets adapters go on from where others of the same term and name were left. */
  void takeUp(SortedMap<String, SortedMap<String, float[]>> left) {
    int taken = 0;
    for (var entry : adapters.entrySet()) {
      SortedMap<String, float[]> weights = left.get(entry.getKey().replace('/', '.'));
      if (weights != null) {
        entry.getValue().network.load(weights);
        taken++;
      }
    }
    UsageException.require(
        taken > 0,
        "adapters of %s are to go on, and none of %s is among those it was trained with, %s",
        learner.role(),
        adapters.keySet(),
        left.keySet());
  }

  private void train(String path, Parameter parameter) {
    if (parameter.requiresGradient()) {
      trained.put(path, parameter);
    }
  }

  /** Forwards a batch in training mode, with leaves of this step's graph for parameters. */
  Outputs forward(NDManager step, NDArray input, long stepInPhase) {
    leaves = new IdentityHashMap<>();
    trained.values().forEach(p -> leaves.put(p, Autograd.leaf(step, p.getArray())));
    return network.forward(pass(dropout, stepInPhase, frozen), input);
  }

  /** Forwards a batch again after an update: the same masks, running statistics left alone. */
  Outputs observe(NDArray input, long stepInPhase) {
    Draws masks = dropout.at(stepsBefore + stepInPhase);
    return network.forward(new Pass(Mode.OBSERVING, masks, Map.of(), frozen), input);
  }

  private Pass pass(Draws masks, long stepInPhase, Set<String> still) {
    return new Pass(Mode.TRAINING, masks.at(stepsBefore + stepInPhase), leaves, still);
  }

  /** What a term remembers. */
  LiveMemory memory(String term) {
    return memories.get(term);
  }

  NDArray adapter(String path, NDArray x, long stepInPhase) {
    LiveAdapter adapter = adapters.get(path);
    return adapter.network.forward(pass(adapter.dropout, stepInPhase, Set.of()), x).logits();
  }

  Draws termDraws(String term, long stepInPhase) {
    return Draws.of(seed, "term", learner.start().line(), term).at(stepsBefore + stepInPhase);
  }

  /** What the last backward pass left at the parameters that are trained, by path. */
  SortedMap<String, NDArray> gradients() {
    SortedMap<String, NDArray> gradients = new TreeMap<>();
    trained.forEach(
        (path, parameter) -> {
          NDArray gradient = Autograd.gradient(leaves.get(parameter));
          if (gradient != null) {
            gradients.put(path, gradient);
          }
        });
    return gradients;
  }

  /** Moves the parameters by the gradients of the last backward pass. */
  void update(Progress progress) {
    SortedMap<String, NDArray> gradients = gradients();
    if (learner.optimizer().clipNorm() > 0 && !gradients.isEmpty()) {
      Updates.clip(gradients.values(), learner.optimizer().clipNorm());
    }
    optimizer.step(gradients, learner.optimizer().rate().at(progress));
    leaves = Map.of();
  }

  /** Whether the epoch's sums so far are numbers. */
  boolean sumsAreFinite() {
    return Float.isFinite(total.getFloat())
        && Stream.of(sums).allMatch(sum -> Float.isFinite(sum.getFloat()));
  }

  /** Whether the last update left numbers, wherever they may have been added up before it. */
  boolean weightsAreFinite() {
    for (Parameter parameter : network.parameters().values()) {
      try (NDArray sum = parameter.getArray().sum()) {
        if (!Float.isFinite(sum.getFloat())) {
          return false;
        }
      }
    }
    return true;
  }

  /** Begins a new epoch's sums. */
  void clearSums() {
    float[] zero = {0};
    for (NDArray sum : sums) {
      Native.write(sum, zero);
    }
    Native.write(total, zero);
  }

  /**
   * Everything that decides what comes next, under names that begin with the role: windows, to be
   * read before the next step.
   */
  void save(Map<String, FloatBuffer> into) {
    String at = learner.role() + "/";
    network.values().forEach((path, values) -> into.put(at + "network/" + path, values));
    adapters.forEach(
        (name, adapter) ->
            adapter
                .network
                .values()
                .forEach((path, values) -> into.put(at + "adapter/" + name + "/" + path, values)));
    memories.forEach((term, memory) -> memory.save(at + "memory/" + term + "/", into));
    optimizer.state().forEach((path, values) -> into.put(at + "optimizer/" + path, values));
    for (int i = 0; i < sums.length; i++) {
      into.put(at + "sum/" + i, Native.values(sums[i]));
    }
    into.put(at + "total", Native.values(total));
  }

  /** Takes up what {@link #save} gave. */
  void load(SortedMap<String, float[]> saved) {
    String at = learner.role() + "/";
    network.load(below(saved, at + "network/"));
    adapters.forEach(
        (name, adapter) -> adapter.network.load(below(saved, at + "adapter/" + name + "/")));
    memories.forEach((term, memory) -> memory.load(below(saved, at + "memory/" + term + "/")));
    optimizer.load(below(saved, at + "optimizer/"));
    for (int i = 0; i < sums.length; i++) {
      Native.write(sums[i], saved.get(at + "sum/" + i));
    }
    Native.write(total, saved.get(at + "total"));
  }

  static SortedMap<String, float[]> below(SortedMap<String, float[]> all, String prefix) {
    SortedMap<String, float[]> part = new TreeMap<>();
    all.tailMap(prefix)
        .forEach(
            (name, values) -> {
              if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), values);
              }
            });
    return part;
  }

  @Override
  public void close() {
    optimizer.close();
  }

  /**
   * An adapter opened as a network of one stage, so that it is drawn, saved and loaded like one.
   */
  static final class LiveAdapter {
    final Network network;
    final Draws dropout;

    LiveAdapter(
        Adapter adapter,
        Adapter.Shapes shapes,
        NDManager base,
        long seed,
        String line,
        String path) {
      NetworkSpec spec = spec(adapter, shapes);
      this.network = Network.fresh(spec, base, seed, line + " " + path);
      this.dropout = Draws.of(seed, "dropout", line, path);
    }

    /** The adapter as a network of one stage; the number of classes is of no account. */
    static NetworkSpec spec(Adapter adapter, Adapter.Shapes shapes) {
      return NetworkSpec.of(new Wrapped(adapter, shapes), adapter.input(shapes), 2);
    }

    private record Wrapped(Adapter adapter, Adapter.Shapes shapes) implements Architecture {
      @Override
      public TappedBlock build(Shape input, int classes) {
        return TappedBlock.of().logits(adapter.block(shapes));
      }
    }
  }
}
