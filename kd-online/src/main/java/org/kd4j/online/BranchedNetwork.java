package org.kd4j.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.BatchNorm;
import org.kd4j.core.network.TappedBlock;

/**
 * A network that is a gated ensemble of itself: its first stages are a common stem, the others
 * exist once in each branch, and a gate, softmax(ReLU(BN(W · pool(stem) + b))), weighs the
 * branches' logits for every sample: z_e = Σ g_i · z_i (X. Lan, X. Zhu, S. Gong, "Knowledge
 * Distillation by On-the-Fly Native Ensemble", NeurIPS 2018, section 3). Images are pooled over
 * their area for the gate; flat features go in as they are.
 *
 * <p>Taps: the student's own of the stem and of the first branch, {@code branch1} … (a branch's
 * logits), {@code gate} (batch, branches) and {@code logits}, the ensemble's. Up to {@code branch1}
 * it is the student, to the last parameter.
 *
 * @param student the network that is branched
 * @param branches how many, at least 2
 * @param shared how many of its stages are the stem, at least 1
 */
record BranchedNetwork(Architecture student, int branches, int shared) implements Architecture {
  /** The tap of the gate's weights. */
  static final String GATE = "gate";

  BranchedNetwork {
    UsageException.require(branches >= 2, "branches must be 2 or more, was %d", branches);
    UsageException.require(shared >= 1, "the branches share 1 stage or more, was %d", shared);
  }

  /** The tap of a branch's logits, from 0. */
  static String branch(int i) {
    return "branch" + (i + 1);
  }

  /** The taps of all branches' logits. */
  List<String> branchTaps() {
    return IntStream.range(0, branches).mapToObj(BranchedNetwork::branch).toList();
  }

  @Override
  public TappedBlock build(Shape input, int classes) {
    TappedBlock first = student.build(input, classes);
    List<String> names = first.taps();
    check(first);
    List<Block> stages = List.copyOf(first.stages().values());
    TappedBlock.Builder net = TappedBlock.of();
    for (int i = 0; i < shared; i++) {
      net.stage(names.get(i), stages.get(i));
    }
    String stem = names.get(shared - 1);
    for (int i = shared; i < stages.size() - 1; i++) {
      net.stage(names.get(i), stages.get(i));
    }
    net.branch(branch(0), stages.get(stages.size() - 1), names.get(stages.size() - 2));
    for (int b = 1; b < branches; b++) {
      SequentialBlock rest = new SequentialBlock();
      rest.addAll(
          List.copyOf(student.build(input, classes).stages().values())
              .subList(shared, stages.size()));
      net.branch(branch(b), rest, stem);
    }
    int dimensions =
        first.getOutputShapes(new Shape[] {new Shape(1).addAll(input)})[shared].dimension();
    net.branch(GATE, gate(dimensions == 4), stem);
    List<String> parts = new ArrayList<>(List.of(GATE));
    parts.addAll(branchTaps());
    return net.logits(new GatedSum(), parts.toArray(String[]::new));
  }

  /** Branches are the rest of a trunk; a network with branches of its own has none. */
  private void check(TappedBlock plain) {
    List<String> names = plain.taps();
    UsageException.require(
        shared < names.size(),
        "the branches of %s share %d stages and must keep the logits for themselves; it has %d, %s:"
            + " share at most %d",
        student,
        shared,
        names.size(),
        names,
        names.size() - 1);
    for (int i = 0; i < names.size(); i++) {
      List<String> reads = plain.sources().get(names.get(i));
      UsageException.require(
          reads.equals(List.of(i == 0 ? TappedBlock.INPUT : names.get(i - 1))),
          "%s has branches of its own ('%s' reads %s); choose a network whose stages follow each other",
          student,
          names.get(i),
          reads);
    }
  }

  private Block gate(boolean image) {
    SequentialBlock gate = new SequentialBlock();
    if (image) {
      gate.add(Pool.globalAvgPool2dBlock());
    }
    return gate.add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(branches).build())
        .add(new BatchNorm())
        .add(Activation::relu)
        .add(list -> new NDList(list.singletonOrThrow().softmax(1)));
  }

  /**
   * The gated ensemble's logits.
   *
   * @param gate (batch, branches)
   * @param logits (batch, branches, classes)
   * @return Σ g_i · z_i (batch, classes)
   */
  static NDArray gated(NDArray gate, NDArray logits) {
    return gate.expandDims(1).matMul(logits).squeeze(1);
  }

  @Override
  public String toString() {
    return "one(" + student + ",branches=" + branches + ",shared=" + shared + ")";
  }
}
