package org.kd4j.core.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.engine.Scalars;

/**
 * What an attack makes larger: a sum over the batch, so that each sample has a gradient of its own.
 * Which loss is attacked decides whether there is a gradient at all. Where a network's logits are
 * far apart, the softmax is 1 and 0 to the last bit, and its cross-entropy has gradient 0: not
 * because the network is hard to mislead, but because this loss does not tell how (N. Carlini, D.
 * Wagner, "Defensive Distillation is Not Robust to Adversarial Examples", 2016).
 */
public interface AttackedLoss {
  /**
   * The loss.
   *
   * @param logits (batch, classes)
   * @param labels INT64 (batch), none of them −1
   * @return a scalar
   */
  NDArray value(NDArray logits, NDArray labels);

  /** Σ −log softmax(z)_y, what networks are trained with. */
  AttackedLoss CROSS_ENTROPY = new CrossEntropy(1);

  /** Σ max_{c≠y} z_c − z_y; see {@link Margin}. */
  AttackedLoss MARGIN = new Margin();

  /**
   * Cross-entropy at a temperature: Σ over the batch of −log softmax(z/T)_y.
   *
   * @param temperature T, above 0; that of a distilled network's training undoes what it did to the
   *     logits
   */
  record CrossEntropy(float temperature) implements AttackedLoss {
    /** Checks the range. */
    public CrossEntropy {
      Ranges.temperature(temperature);
    }

    @Override
    public NDArray value(NDArray logits, NDArray labels) {
      NDArray logP = Scalars.div(logits, temperature).logSoftmax(1);
      return logP.gather(labels.reshape(-1, 1), 1).sum().neg();
    }

    @Override
    public String toString() {
      boolean whole = temperature == Math.rint(temperature);
      String t = whole ? Long.toString((long) temperature) : Float.toString(temperature);
      return temperature == 1 ? "CE(y, z)" : "CE(y, z/" + t + ")";
    }
  }

  /**
   * The margin of the logits themselves: Σ over the batch of max_{c≠y} z_c − z_y. Its gradient
   * never vanishes with the softmax (N. Carlini, D. Wagner, "Towards Evaluating the Robustness of
   * Neural Networks", IEEE Symposium on Security and Privacy, 2017, section V-A, f6 without its
   * bound).
   */
  record Margin() implements AttackedLoss {
    private static final float OUT = -1e30f;

    @Override
    public NDArray value(NDArray logits, NDArray labels) {
      int classes = Math.toIntExact(logits.getShape().get(1));
      NDArray own = labels.oneHot(classes).toType(DataType.FLOAT32, false);
      NDArray others = logits.add(Scalars.mul(own, OUT)).max(new int[] {1});
      return others.sub(logits.mul(own).sum(new int[] {1})).sum();
    }

    @Override
    public String toString() {
      return "max z_c - z_y";
    }
  }
}
