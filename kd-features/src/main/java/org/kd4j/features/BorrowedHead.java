package org.kd4j.features;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.BatchNorm;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Rectifier;
import org.kd4j.core.network.TappedBlock;

/**
 * A student's trunk, a projector and what a teacher does behind one of its maps: the network that
 * SimKD trains and deploys. Stages of the teacher's go by {@code teacher.} and their names.
 *
 * @param student whose trunk, up to a tap
 * @param teacher whose head, behind a tap
 * @param taps the two
 * @param factor what the teacher's channels are divided by within the projector
 */
record BorrowedHead(Architecture student, Architecture teacher, TapPair taps, int factor)
    implements Architecture {
  /** The tap of the student's map in the teacher's channels. */
  static final String PROJECTED = "projected";

  @Override
  public TappedBlock build(Shape input, int classes) {
    TappedBlock own = student.build(input, classes);
    TappedBlock theirs = teacher.build(input, classes);
    TappedBlock.Builder net = TappedBlock.of();
    Set<String> trunk = own.needed(taps.student());
    own.stages()
        .forEach(
            (name, block) -> {
              if (trunk.contains(name)) {
                net.branch(name, block, own.sources().get(name).toArray(String[]::new));
              }
            });
    net.branch(PROJECTED, projector(theirs, input), taps.student());
    for (String name : head(theirs)) {
      String[] from =
          theirs.sources().get(name).stream()
              .map(source -> source.equals(taps.teacher()) ? PROJECTED : borrowed(source))
              .toArray(String[]::new);
      net.branch(borrowed(name), theirs.stages().get(name), from);
    }
    return net.logits(Blocks.identityBlock(), borrowed(TappedBlock.LOGITS));
  }

  /** The name of a stage of the teacher's. */
  static String borrowed(String stage) {
    return "teacher." + stage;
  }

  /** The stages of the head that have parameters, by the teacher's names. */
  List<String> learntHead(NetworkSpec of) {
    TappedBlock theirs = teacher.build(of.inputShape(), of.classes());
    return head(theirs).stream()
        .filter(name -> !theirs.stages().get(name).getParameters().isEmpty())
        .toList();
  }

  /** All stages of the head, as they are called here. */
  String[] borrowedStages(NetworkSpec of) {
    return head(teacher.build(of.inputShape(), of.classes())).stream()
        .map(BorrowedHead::borrowed)
        .toArray(String[]::new);
  }

  /** Why the teacher cannot go on from its tap alone, as a clause; empty if it can. */
  String obstacle(NetworkSpec of) {
    TappedBlock theirs = teacher.build(of.inputShape(), of.classes());
    Set<String> before = theirs.needed(taps.teacher());
    for (String name : head(theirs)) {
      for (String source : theirs.sources().get(name)) {
        if (!source.equals(taps.teacher())
            && (source.equals(TappedBlock.INPUT) || before.contains(source))) {
          return "needs a teacher that goes on from one tap alone, and behind '%s' its '%s' reads '%s'"
              .formatted(taps.teacher(), name, source);
        }
      }
    }
    return "";
  }

  /** What the teacher's logits need and its tap does not. */
  private List<String> head(TappedBlock theirs) {
    Set<String> before = theirs.needed(taps.teacher());
    Set<String> needed = theirs.needed(TappedBlock.LOGITS);
    List<String> head = new ArrayList<>(theirs.stages().keySet());
    head.removeIf(name -> before.contains(name) || !needed.contains(name));
    return head;
  }

  /** 1×1, 3×3 and 1×1 convolutions with batch normalisation and rectifiers. */
  private Block projector(TappedBlock theirs, Shape input) {
    Shape[] outputs = theirs.getOutputShapes(new Shape[] {new Shape(1).addAll(input)});
    Shape map = outputs[theirs.taps().indexOf(taps.teacher()) + 1].slice(1);
    long narrow = Math.max(1, map.get(0) / factor);
    return new SequentialBlock()
        .add(
            new LambdaBlock(
                in ->
                    new ai.djl.ndarray.NDList(
                        Maps.pooled(in.singletonOrThrow(), map.get(1), map.get(2))),
                "pooled"))
        .add(Channels.convolution(narrow, 1, false))
        .add(new BatchNorm())
        .add(Activation::relu)
        .add(Channels.convolution(narrow, 3, false))
        .add(new BatchNorm())
        .add(Activation::relu)
        .add(Channels.convolution(map.get(0), 1, false))
        .add(new BatchNorm())
        .add(new Rectifier());
  }

  @Override
  public String toString() {
    return student + "@" + taps.student() + "+" + teacher + "@" + taps.teacher();
  }
}
