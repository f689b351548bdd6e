package org.kd4j.core.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;

/**
 * A DJL block made of named stages that gives out the output of every one: the logits first, then
 * all stages in the order they were named. The stages' names are the taps. Stages follow each other
 * along a trunk; branches (exits, gates, parallel heads) read whichever stages they name. DJL has
 * no forward hooks; extra outputs need none.
 *
 * <p>A stage that ends in a {@link Rectifier} has a second tap before it, {@code stage1.pre}. These
 * come after all stages, for they are no stages of their own.
 */
public final class TappedBlock extends AbstractBlock {
  /** The name of the stage every network ends with. */
  public static final String LOGITS = "logits";

  /** The name under which a branch reads the network's own input. */
  public static final String INPUT = "input";

  private static final String BEFORE = ".pre";

  private final Map<String, Block> stages;
  private final Map<String, List<String>> sources;

  private TappedBlock(Map<String, Block> stages, Map<String, List<String>> sources) {
    this.stages = stages;
    this.sources = sources;
    stages.forEach(this::addChildBlock);
  }

  /** Begins a network. */
  public static Builder of() {
    return new Builder();
  }

  /** Names stages one by one. */
  public static final class Builder {
    private final Map<String, Block> stages = new LinkedHashMap<>();
    private final Map<String, List<String>> sources = new LinkedHashMap<>();
    private String trunk = INPUT;

    /**
     * Adds a stage to the trunk: it reads the trunk's last.
     *
     * @param name its tap
     * @param block any block with one input and one output
     * @return this
     */
    public Builder stage(String name, Block block) {
      branch(name, block, trunk);
      trunk = name;
      return this;
    }

    /**
     * Adds a stage beside the trunk.
     *
     * @param name its tap
     * @param block a block with one output and as many inputs as it reads
     * @param from the stages it reads, named before; {@link #INPUT} is the network's input
     * @return this
     */
    public Builder branch(String name, Block block, String... from) {
      UsageException.require(
          !name.equals(INPUT) && stages.put(name, block) == null,
          "a network names its stages apart; '%s' came twice",
          name);
      UsageException.require(from.length > 0, "'%s' reads no stage; name at least one", name);
      for (String source : from) {
        UsageException.require(
            source.equals(INPUT) || sources.containsKey(source),
            "'%s' reads '%s', which is not among the stages before it %s",
            name,
            source,
            sources.keySet());
      }
      sources.put(name, List.of(from));
      return this;
    }

    /**
     * Ends with the layer that gives the logits.
     *
     * @param block the last block
     * @param from the stages it reads; none = the trunk's last
     * @return the network's block
     */
    public TappedBlock logits(Block block, String... from) {
      branch(LOGITS, block, from.length == 0 ? new String[] {trunk} : from);
      return new TappedBlock(stages, sources);
    }
  }

  /** The names of the stages, in the order they were named; the last is {@code logits}. */
  public List<String> taps() {
    return List.copyOf(stages.keySet());
  }

  /** The taps before the rectifiers of those stages that end in one. */
  public List<String> tapsBeforeRectifiers() {
    return stages.keySet().stream()
        .filter(name -> Rectifier.ends(stages.get(name)))
        .map(TappedBlock::beforeRectifier)
        .toList();
  }

  /**
   * The name of the tap before a stage's last rectifier.
   *
   * @param stage whose
   */
  public static String beforeRectifier(String stage) {
    return stage + BEFORE;
  }

  /** Whether a tap is one before a rectifier. */
  public static boolean isBeforeRectifier(String tap) {
    return tap.endsWith(BEFORE);
  }

  /** The stage whose output a tap is, or is before the rectifier of. */
  public static String stageOf(String tap) {
    return isBeforeRectifier(tap) ? tap.substring(0, tap.length() - BEFORE.length()) : tap;
  }

  /** The stages by name, in order. */
  public Map<String, Block> stages() {
    return Collections.unmodifiableMap(stages);
  }

  /** What each stage reads. */
  public Map<String, List<String>> sources() {
    return Collections.unmodifiableMap(sources);
  }

  /** The stages a tap needs, itself among them, directly or through others. */
  public Set<String> needed(String tap) {
    if (!stages.containsKey(tap) && !tapsBeforeRectifiers().contains(tap)) {
      throw Names.unknown("tap", tap, stages.keySet());
    }
    Set<String> needed = new HashSet<>(Set.of(stageOf(tap)));
    List<String> backwards = new ArrayList<>(stages.keySet());
    Collections.reverse(backwards);
    for (String name : backwards) {
      if (needed.contains(name)) {
        needed.addAll(sources.get(name));
      }
    }
    needed.remove(INPUT);
    return needed;
  }

  /**
   * The network up to a tap, whose output becomes the logits: stages it does not need are left out,
   * those it does keep their names, and the tap's own is among the taps twice.
   *
   * @param tap where it ends
   * @return a block of the same stages
   */
  TappedBlock until(String tap) {
    Set<String> needed = needed(tap);
    Builder part = of();
    stages.forEach(
        (name, block) -> {
          if (needed.contains(name)) {
            part.branch(name, block, sources.get(name).toArray(String[]::new));
          }
        });
    return tap.equals(LOGITS)
        ? new TappedBlock(part.stages, part.sources)
        : part.logits(Blocks.identityBlock(), tap);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    Map<String, NDArray> outputs = new LinkedHashMap<>();
    NDList before = new NDList();
    stages.forEach(
        (name, stage) -> {
          NDList in = new NDList();
          sources
              .get(name)
              .forEach(s -> in.add(s.equals(INPUT) ? inputs.singletonOrThrow() : outputs.get(s)));
          boolean moves = training && !(store instanceof Pass pass && pass.freezes(name));
          if (Rectifier.ends(stage)) {
            NDArray x =
                Scoped.output(() -> Rectifier.before(stage, store, in, moves).singletonOrThrow());
            before.add(x);
            outputs.put(name, Activation.relu(x));
          } else {
            outputs.put(
                name, Scoped.output(() -> stage.forward(store, in, moves).singletonOrThrow()));
          }
        });
    NDList all = new NDList(outputs.get(LOGITS));
    all.addAll(outputs.values());
    all.addAll(before);
    return all;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Map<String, Shape> outputs = new LinkedHashMap<>();
    stages.forEach(
        (name, stage) -> {
          Shape[] in = shapes(name, outputs, inputShapes);
          stage.initialize(manager, dataType, in);
          outputs.put(name, stage.getOutputShapes(in)[0]);
        });
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Map<String, Shape> outputs = new LinkedHashMap<>();
    stages.forEach(
        (name, stage) ->
            outputs.put(name, stage.getOutputShapes(shapes(name, outputs, inputShapes))[0]));
    List<Shape> all = new ArrayList<>(List.of(outputs.get(LOGITS)));
    all.addAll(outputs.values());
    tapsBeforeRectifiers().forEach(tap -> all.add(outputs.get(stageOf(tap))));
    return all.toArray(Shape[]::new);
  }

  private Shape[] shapes(String name, Map<String, Shape> outputs, Shape[] inputShapes) {
    return sources.get(name).stream()
        .map(s -> s.equals(INPUT) ? inputShapes[0] : outputs.get(s))
        .toArray(Shape[]::new);
  }
}
