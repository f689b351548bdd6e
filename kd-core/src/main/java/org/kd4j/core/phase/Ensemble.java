package org.kd4j.core.phase;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.kd4j.core.base.Canonical;
import org.kd4j.core.base.CodeHash;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Formulas;

/**
 * An ensemble: several networks asked at once, their answers averaged. It costs as much as all its
 * members together, and gives logits alone (Hinton, Vinyals and Dean, "Distilling the Knowledge in
 * a Neural Network", 2015, section 1).
 *
 * @param members at least one, of one input and the same classes
 * @param how what is averaged
 */
public record Ensemble(List<Knowledge> members, Mean how) implements Knowledge {

  /**
   * What is averaged. The softmax of {@link #GEOMETRIC} and of {@link #LOGITS} is one and the same
   * at every temperature; their logits differ by a number for each sample, which logit matching
   * sees.
   */
  public enum Mean {
    /** Probabilities: the logits are log mean_k softmax(z_k). */
    ARITHMETIC,
    /** Log probabilities: the logits are mean_k log softmax(z_k). */
    GEOMETRIC,
    /** Logits: mean_k z_k. */
    LOGITS
  }

  /** Checks that the members go together. */
  public Ensemble {
    members = List.copyOf(members);
    UsageException.require(!members.isEmpty(), "an ensemble needs at least one member");
    NetworkSpec first = members.get(0).spec();
    for (Knowledge member : members) {
      NetworkSpec spec = member.spec();
      UsageException.require(
          spec.input().equals(first.input()) && spec.classes() == first.classes(),
          "members of an ensemble take one input and tell the same classes apart;"
              + " %s has %s and %d classes, %s has %s and %d",
          members.get(0),
          first.inputShape(),
          first.classes(),
          member,
          spec.inputShape(),
          spec.classes());
    }
  }

  /** The first member's, which stands for all. */
  @Override
  public NetworkSpec spec() {
    return members.get(0).spec();
  }

  /** Of the members in their order, and of the code of those that compute more than a network. */
  @Override
  public Fingerprint fingerprint() {
    Canonical form = Canonical.of(List.of(how, members));
    return Fingerprint.ofText("ensemble " + form.text() + CodeHash.of(form.types()));
  }

  @Override
  public Live open(Opening opening) {
    List<Live> all = members.stream().map(m -> m.open(opening)).toList();
    return new Live() {
      @Override
      public Outputs forward(NDArray input) {
        NDList logits = new NDList();
        all.forEach(live -> logits.add(live.forward(input).logits()));
        NDArray mean = mean(logits, how);
        return new Outputs(List.of(TappedBlock.LOGITS), new NDList(mean, mean));
      }

      @Override
      public List<Network> networks() {
        return all.stream().flatMap(live -> live.networks().stream()).toList();
      }

      @Override
      public Map<String, Shape> taps() {
        return Map.of(TappedBlock.LOGITS, new Shape(spec().classes()));
      }
    };
  }

  /**
   * The logits of an ensemble.
   *
   * @param logits of each member, (batch, classes)
   * @param how what is averaged
   * @return (batch, classes)
   */
  static NDArray mean(NDList logits, Mean how) {
    NDList each = logits;
    if (how != Mean.LOGITS) {
      each = new NDList();
      for (NDArray z : logits) {
        each.add(z.logSoftmax(1));
      }
    }
    if (how == Mean.ARITHMETIC) {
      return Formulas.logMean(each);
    }
    NDArray sum = each.get(0);
    for (int k = 1; k < each.size(); k++) {
      sum = sum.add(each.get(k));
    }
    return Scalars.div(sum, each.size());
  }

  @Override
  public String toString() {
    return members.stream()
        .map(m -> m instanceof Trained trained ? trained.line() : m.toString())
        .collect(
            Collectors.joining(
                ", ", "ensemble(" + how.name().toLowerCase(Locale.ROOT) + " mean of ", ")"));
  }
}
