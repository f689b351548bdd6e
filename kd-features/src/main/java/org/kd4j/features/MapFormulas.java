package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.kd4j.core.engine.Scalars;

/**
 * Losses between feature maps, (batch, channels, height, width), written like their equations. The
 * student's side is in the graph, the teacher's detached. Where heights and widths may differ, the
 * larger map is average-pooled to the smaller.
 */
public final class MapFormulas {
  private MapFormulas() {}

  /**
   * Hint: the mean over batch and all elements of (r(v_s) − u_t)², r the regressor, already applied
   * (A. Romero et al., "FitNets: Hints for Thin Deep Nets", ICLR 2015, equation 3; its ½ ‖·‖² is
   * the half of the <em>sum</em> over elements).
   *
   * @param student any shape, after the regressor
   * @param teacher of the same shape
   * @return a scalar, at least 0
   */
  public static NDArray hint(NDArray student, NDArray teacher) {
    return student.sub(teacher).square().mean();
  }

  /**
   * A map's attention: the mean over channels of |f|^power, flattened, over its Euclidean length
   * (S. Zagoruyko, N. Komodakis, "Paying More Attention to Attention", ICLR 2017, section 3.1).
   *
   * @param map (batch, channels, height, width)
   * @param power 2 in the paper's experiments
   * @return (batch, positions), rows of length 1
   */
  public static NDArray attention(NDArray map, int power) {
    NDArray raised = power == 2 ? map.square() : Scalars.pow(map.abs(), power);
    return Maps.normalized(Maps.positions(raised).mean(new int[] {1}), 1);
  }

  /**
   * Attention transfer on the scale of the authors' code: the mean over batch <em>and</em>
   * positions of (Q_s − Q_t)².
   *
   * @param student (batch, channels, height, width)
   * @param teacher as many samples, any channels, any height and width
   * @param power of the attention
   * @return a scalar, at least 0
   */
  public static NDArray attentionOfCode(NDArray student, NDArray teacher, int power) {
    return attentionDifference(student, teacher, power).square().mean();
  }

  /**
   * Attention transfer as the paper has it: ‖Q_s − Q_t‖₂, mean over the batch (equation 2, whose
   * weight is β/2). Not squared, so not the code's up to a factor.
   *
   * @param student (batch, channels, height, width)
   * @param teacher as many samples, any channels, any height and width
   * @param power of the attention
   * @return a scalar, at least 0
   */
  public static NDArray attentionOfPaper(NDArray student, NDArray teacher, int power) {
    NDArray squares = attentionDifference(student, teacher, power).square().sum(new int[] {1});
    return Maps.root(squares).mean();
  }

  private static NDArray attentionDifference(NDArray student, NDArray teacher, int power) {
    NDArray s = Maps.noLargerThan(student, teacher);
    NDArray t = Maps.noLargerThan(teacher, student);
    return attention(s, power).sub(attention(t, power));
  }

  /**
   * A network's flow between two of its layers: the Gram matrix of their channels, G_ij = Σ over
   * positions of low_i · high_j, over the number of positions (J. Yim et al., "A Gift from
   * Knowledge Distillation", CVPR 2017, equation 1).
   *
   * @param low (batch, m, height, width)
   * @param high (batch, n, height, width); the larger of the two is pooled
   * @return (batch, m, n)
   */
  public static NDArray flow(NDArray low, NDArray high) {
    NDArray a = Maps.positions(Maps.noLargerThan(low, high));
    NDArray b = Maps.positions(Maps.noLargerThan(high, low));
    return Scalars.div(a.matMul(b.transpose(0, 2, 1)), a.getShape().get(2));
  }

  /**
   * Flow of the solution procedure: the mean over batch and entries of (G_s − G_t)² (equation 2,
   * which sums over entries).
   *
   * @param student the student's {@link #flow}
   * @param teacher the teacher's, of the same shape
   * @return a scalar, at least 0
   */
  public static NDArray flowDifference(NDArray student, NDArray teacher) {
    return student.sub(teacher).square().mean();
  }

  /**
   * Neuron selectivity: the squared maximum mean discrepancy between the channels of both, each a
   * pattern over positions of length 1, under the kernel (x · y)²; teacher's own term included (Z.
   * Huang, N. Wang, "Like What You Like: Knowledge Distill via Neuron Selectivity Transfer", 2017,
   * equation 5). Time and memory are (channels)² a sample.
   *
   * @param student (batch, m, height, width)
   * @param teacher (batch, n, height, width); the larger of the two is pooled
   * @return a scalar, at least 0, the mean over the batch
   */
  public static NDArray neuronSelectivity(NDArray student, NDArray teacher) {
    NDArray s = Maps.normalized(Maps.positions(Maps.noLargerThan(student, teacher)), 2);
    NDArray t = Maps.normalized(Maps.positions(Maps.noLargerThan(teacher, student)), 2);
    return kernel(s, s).add(kernel(t, t)).sub(Scalars.mul(kernel(s, t), 2));
  }

  private static NDArray kernel(NDArray a, NDArray b) {
    return a.matMul(b.transpose(0, 2, 1)).square().mean();
  }

  /**
   * Variational information: the negative log-likelihood, less a constant, of the teacher's
   * features under a Gaussian around what the student's predict, with a variance for each channel:
   * the mean over batch and elements of ½((μ − f_t)²/v + log v), v = softplus(ρ) + 1e-5 (S. Ahn et
   * al., "Variational Information Distillation for Knowledge Transfer", CVPR 2019, equation 5). The
   * variance learns; may be below 0.
   *
   * @param predicted μ, (batch, channels, …)
   * @param teacher of the same shape
   * @param rho ρ, (channels)
   * @return a scalar
   */
  public static NDArray variationalInformation(NDArray predicted, NDArray teacher, NDArray rho) {
    // softplus(x) = max(x, 0) + log(1 + exp(−|x|)): large x do not overflow
    NDArray rest = rho.abs().neg().exp().add(Scalars.constant(rho, 1)).log();
    NDArray variance = Scalars.maximum(rho, 0).add(rest).add(Scalars.constant(rho, 1e-5f));
    long[] perChannel = new long[predicted.getShape().dimension()];
    java.util.Arrays.fill(perChannel, 1);
    perChannel[1] = rho.size();
    NDArray v = variance.reshape(new Shape(perChannel));
    NDArray likelihood = predicted.sub(teacher).square().div(v).add(v.log());
    return Scalars.div(likelihood.mean(), 2);
  }

  /**
   * Factor transfer: ‖F_t/‖F_t‖ − F_s/‖F_s‖‖₁ on flattened factors, mean over batch <em>and</em>
   * elements (J. Kim, S. Park, N. Kwak, "Paraphrasing Complex Network: Network Compression via
   * Factor Transfer", NeurIPS 2018, equation 4).
   *
   * @param student the translator's output, (batch, …)
   * @param teacher the paraphraser's, of the same shape
   * @return a scalar, at least 0
   */
  public static NDArray factor(NDArray student, NDArray teacher) {
    return Maps.normalized(Maps.flat(student), 1)
        .sub(Maps.normalized(Maps.flat(teacher), 1))
        .abs()
        .mean();
  }

  /**
   * Factor transfer as a widely used implementation has it: the factors are replaced by their
   * attention, so no paraphraser is needed. For comparison; {@link #factor} is the paper's.
   *
   * @param student (batch, channels, height, width)
   * @param teacher as many samples and positions
   * @return a scalar, at least 0
   */
  public static NDArray factorByAttention(NDArray student, NDArray teacher) {
    return attention(student, 2).sub(attention(teacher, 2)).abs().mean();
  }

  /**
   * Activation boundaries: the student is pushed to the teacher's side of 0 by a margin. (s +
   * margin)² where the teacher is off (t ≤ 0) and s &gt; −margin, (s − margin)² where it is on and
   * s ≤ margin; sum over elements, mean over the batch (B. Heo et al., "Knowledge Transfer via
   * Distillation of Activation Boundaries Formed by Hidden Neurons", AAAI 2019, equation 6).
   *
   * @param student before its rectifier, (batch, …)
   * @param teacher of the same shape; only its sign is read, which a rectifier keeps
   * @param margin above 0
   * @return a scalar, at least 0
   */
  public static NDArray activationBoundaries(NDArray student, NDArray teacher, float margin) {
    NDArray on = teacher.gt(0);
    NDArray c = Scalars.constant(student, margin);
    NDArray tooHigh = Maps.where(on.logicalNot().logicalAnd(student.gt(-margin)), student.add(c));
    NDArray tooLow = Maps.where(on.logicalAnd(student.lte(margin)), student.sub(c));
    return Maps.batchMean(tooHigh.square().add(tooLow.square()));
  }

  /**
   * Feature distillation with a margin rectifier: (s − τ)² with τ = max(t, m), 0 where s ≤ τ ≤ 0;
   * sum over elements, mean over the batch (B. Heo et al., "A Comprehensive Overhaul of Feature
   * Distillation", ICCV 2019, equations 1 and 4).
   *
   * @param student (batch, channels, height, width), before its rectifier
   * @param teacher of the same shape, before its rectifier
   * @param margin m, below 0, for each channel: broadcast to the maps
   * @return a scalar, at least 0
   */
  public static NDArray marginRectified(NDArray student, NDArray teacher, NDArray margin) {
    NDArray target = teacher.maximum(margin);
    NDArray counts = student.gt(target).logicalOr(target.gt(0));
    return Maps.batchMean(Maps.where(counts, student.sub(target)).square());
  }

  /**
   * Hierarchical context: the mean squared difference at full resolution and of both maps pooled to
   * 4×4, 2×2 and 1×1, each counting half as much as the one before, over the sum of these weights;
   * sizes a map does not exceed are left out (P. Chen et al., "Distilling Knowledge via Knowledge
   * Review", CVPR 2021, section 3.3; weights of the authors' code).
   *
   * @param student (batch, channels, height, width)
   * @param teacher of the same shape
   * @return a scalar, at least 0
   */
  public static NDArray hierarchicalContext(NDArray student, NDArray teacher) {
    NDArray difference = student.sub(teacher);
    long side = Math.min(student.getShape().get(2), student.getShape().get(3));
    NDArray sum = difference.square().mean();
    float weight = 1;
    float weights = 1;
    for (int size : new int[] {4, 2, 1}) {
      if (size < side) {
        weight /= 2;
        weights += weight;
        // pooling is linear: the pooled difference is the difference of the pooled
        NDArray level = Maps.pooled(difference, size, size).square().mean();
        sum = sum.add(Scalars.mul(level, weight));
      }
    }
    return Scalars.div(sum, weights);
  }
}
