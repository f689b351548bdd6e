package org.kd4j.core.phase;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.kd4j.core.base.Canonical;
import org.kd4j.core.base.CodeHash;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Complexity;
import org.kd4j.core.network.Network;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Outputs;
import org.kd4j.core.network.TappedBlock;

/**
 * Knowledge with a constant added to its logits, class by class: a correction of the biases of the
 * last layer after training, into which it can be folded, so it costs nothing in use.
 *
 * @param of whose logits are shifted
 * @param shifts what is added to each class's logit
 */
public record Biased(Knowledge of, List<Float> shifts) implements Knowledge {
  /** Checks the number of classes. */
  public Biased {
    shifts = List.copyOf(shifts);
    UsageException.require(
        shifts.size() == of.spec().classes(),
        "a shift per class: %s tells %d classes apart, the shifts were %s",
        of,
        of.spec().classes(),
        shifts);
    for (float shift : shifts) {
      UsageException.require(Float.isFinite(shift), "shifts must be finite, were %s", shifts);
    }
  }

  /**
   * Of the shifts and of whose logits they shift, with its code where it is more than a network.
   */
  @Override
  public Fingerprint fingerprint() {
    Canonical form = Canonical.of(List.of(of, shifts));
    return Fingerprint.ofText("biased " + form.text() + CodeHash.of(form.types()));
  }

  @Override
  public NetworkSpec spec() {
    return of.spec();
  }

  @Override
  public Optional<Trained> source() {
    return of.source();
  }

  @Override
  public Live open(Opening opening) {
    Live live = of.open(opening);
    return new Live() {
      @Override
      public Outputs forward(NDArray input) {
        return shifted(live.forward(input));
      }

      @Override
      public List<Network> networks() {
        return live.networks();
      }

      @Override
      public Map<String, Shape> taps() {
        return live.taps();
      }

      @Override
      public Complexity complexity() {
        return live.complexity();
      }
    };
  }

  private Outputs shifted(Outputs plain) {
    float[] values = new float[shifts.size()];
    for (int c = 0; c < values.length; c++) {
      values[c] = shifts.get(c);
    }
    NDArray logits = plain.logits().add(plain.logits().getManager().create(values));
    NDList arrays = new NDList(logits);
    for (String tap : plain.taps()) {
      arrays.add(tap.equals(TappedBlock.LOGITS) ? logits : plain.tap(tap));
    }
    return new Outputs(plain.taps(), arrays);
  }

  /** {@code student (mlp:400), class 3 +2.50}: the classes that are shifted. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ");
    text.add(of.toString());
    for (int c = 0; c < shifts.size(); c++) {
      if (shifts.get(c) != 0) {
        text.add(String.format(Locale.ROOT, "class %d %+.3g", c, shifts.get(c)));
      }
    }
    return text.toString();
  }
}
