package org.kd4j.experiments.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.engine.Autograd;

/**
 * The matrix products a distillation step cannot do without, on arrays of the step's own shapes,
 * and nothing else: forward through each layer; backward the gradient of each layer's weights and,
 * but for the first, of its input; and forward through the teacher.
 */
final class StepProducts implements AutoCloseable {
  private final NDManager base;
  private final List<NDArray[]> student;
  private final List<NDArray[]> teacher;

  /**
   * Seconds the products of one step take.
   *
   * @param student forward and backward
   * @param both and the teacher's forward
   */
  record Seconds(double student, double both) {}

  StepProducts(Device device) {
    Autograd.off();
    base = NDManager.newBaseManager(device);
    student = new ArrayList<>();
    teacher = new ArrayList<>();
    int[] sizes = sizes(StepBench.STUDENT);
    for (int i = 1; i < sizes.length; i++) {
      NDArray weight = noise(sizes[i], sizes[i - 1]);
      NDArray input = noise(StepBench.BATCH, sizes[i - 1]);
      NDArray gradient = noise(StepBench.BATCH, sizes[i]);
      student.add(new NDArray[] {input, weight.transpose()});
      student.add(new NDArray[] {gradient.transpose(), input});
      if (i > 1) {
        student.add(new NDArray[] {gradient, weight});
      }
    }
    sizes = sizes(StepBench.TEACHER);
    for (int i = 1; i < sizes.length; i++) {
      NDArray weight = noise(sizes[i], sizes[i - 1]);
      teacher.add(new NDArray[] {noise(StepBench.BATCH, sizes[i - 1]), weight.transpose()});
    }
  }

  private NDArray noise(int rows, int columns) {
    return base.randomUniform(-1, 1, new Shape(rows, columns));
  }

  private static int[] sizes(List<Integer> hidden) {
    int[] sizes = new int[hidden.size() + 2];
    sizes[0] = StepBench.INPUTS;
    for (int i = 0; i < hidden.size(); i++) {
      sizes[i + 1] = hidden.get(i);
    }
    sizes[hidden.size() + 1] = StepBench.CLASSES;
    return sizes;
  }

  /** Operations of the products of one step, the teacher's with them. */
  static double flops() {
    int[] own = sizes(StepBench.STUDENT);
    int[] guide = sizes(StepBench.TEACHER);
    double pairs = -(double) own[0] * own[1];
    for (int i = 1; i < own.length; i++) {
      pairs += 3.0 * own[i - 1] * own[i] + (double) guide[i - 1] * guide[i];
    }
    return 2 * StepBench.BATCH * pairs;
  }

  /** Does the products of some steps. */
  Seconds measure(int steps) {
    double own = 0;
    double guide = 0;
    for (int i = 0; i < steps; i++) {
      long begun = System.nanoTime();
      multiply(student);
      long between = System.nanoTime();
      multiply(teacher);
      own += between - begun;
      guide += System.nanoTime() - between;
    }
    return new Seconds(own * 1e-9 / steps, (own + guide) * 1e-9 / steps);
  }

  private static void multiply(List<NDArray[]> pairs) {
    for (NDArray[] pair : pairs) {
      pair[0].matMul(pair[1]).close();
    }
  }

  @Override
  public void close() {
    base.close();
  }
}
