package org.kd4j.core.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Draws;
import org.kd4j.core.engine.Masks;

/**
 * One forward of one network: its mode and its randomness. Blocks find it where DJL hands them a
 * {@link ParameterStore}, and ask it for dropout masks, the only randomness a block may use: mask
 * {@code site} of a step is a pure function of (trial seed, line, step, site), so the same pass
 * forwarded twice drops the same units, in any thread.
 */
public final class Pass extends ParameterStore {
  private final Mode mode;
  private final Draws draws;
  private final Map<Parameter, NDArray> leaves;
  private UnaryOperator<NDArray> weights = UnaryOperator.identity();
  private final Set<String> frozen;
  private int site;

  /**
   * @param mode training or evaluation
   * @param draws of this network's step; unused in evaluation
   * @param leaves the array that stands for a parameter in this step's graph; parameters not among
   *     them are read directly
   */
  public Pass(Mode mode, Draws draws, Map<Parameter, NDArray> leaves) {
    this(mode, draws, leaves, Set.of());
  }

  /**
   * @param mode training or evaluation
   * @param draws of this network's step; unused in evaluation
   * @param leaves the array that stands for a parameter in this step's graph
   * @param frozen stages that are forwarded in evaluation mode whatever the mode
   */
  public Pass(Mode mode, Draws draws, Map<Parameter, NDArray> leaves, Set<String> frozen) {
    this.mode = mode;
    this.draws = draws;
    this.leaves = leaves;
    this.frozen = frozen;
  }

  /** A pass in evaluation mode. */
  public static Pass evaluation() {
    return new Pass(Mode.EVALUATION, new Draws(0), Map.of());
  }

  /** The pass behind the parameter store a block was given. */
  static Pass of(ParameterStore store, String block) {
    if (store instanceof Pass pass) {
      return pass;
    }
    throw new IllegalStateException(
        block
            + " in training takes its randomness from a Pass, was given a plain ParameterStore;"
            + " train through a session, or forward with training = false");
  }

  /** Whether a stage is forwarded in evaluation mode whatever the mode. */
  boolean freezes(String stage) {
    return frozen.contains(stage);
  }

  /** Training or evaluation. */
  public Mode mode() {
    return mode;
  }

  /**
   * The next dropout mask of this forward: 1/keep where a unit is kept, 0 where it is dropped.
   *
   * @param manager the mask joins
   * @param shape of what it multiplies
   * @param keep probability to keep, above 0
   * @return the mask, FLOAT32
   */
  public NDArray keepMask(NDManager manager, Shape shape, float keep) {
    return Masks.keep(manager, shape, keep, draws.at(site++));
  }

  /**
   * Forwards blocks that read their weights through a function; biases, scales and statistics are
   * read as they are.
   */
  <T> T reading(UnaryOperator<NDArray> function, Supplier<T> forward) {
    UnaryOperator<NDArray> before = weights;
    weights = function;
    try {
      return forward.get();
    } finally {
      weights = before;
    }
  }

  /**
   * DJL's own store caches by id and would hand out stale arrays.
   *
   * @param parameter whose value; null, as DJL's layers without a bias ask for theirs
   */
  @Override
  public @Nullable NDArray getValue(
      @Nullable Parameter parameter, Device device, boolean training) {
    if (parameter == null) {
      return null; // the bias of a layer without one
    }
    NDArray leaf = leaves.get(parameter);
    NDArray value = leaf == null ? parameter.getArray() : leaf;
    return parameter.getType() == Parameter.Type.WEIGHT ? weights.apply(value) : value;
  }
}
