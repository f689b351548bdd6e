package org.kd4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.kd4j.core.base.Draws;

class AutogradTest {
  @BeforeAll
  static void start() {
    Engines.start(EngineSettings.defaults());
  }

  /** A perceptron with dropout, trained by the means of this package alone. */
  private static final class Tiny implements AutoCloseable {
    private final NDManager manager = NDManager.newBaseManager(Device.cpu());
    private final List<NDArray> weights = new ArrayList<>();
    private final List<NDArray> moments = new ArrayList<>();
    private final NDArray input;
    private final NDArray target;
    private final Draws draws;
    private int step;

    Tiny(long seed) {
      draws = new Draws(seed);
      for (Shape shape :
          List.of(new Shape(32, 20), new Shape(32), new Shape(3, 32), new Shape(3))) {
        weights.add(manager.create(values(shape, weights.size()), shape));
        moments.add(manager.zeros(shape));
        moments.add(manager.zeros(shape));
      }
      input = manager.create(values(new Shape(16, 20), 100), new Shape(16, 20));
      target = manager.create(values(new Shape(16, 3), 101), new Shape(16, 3)).softmax(1);
    }

    private float[] values(Shape shape, long key) {
      float[] values = new float[(int) shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) draws.at(key).uniform(i, -0.3, 0.3);
      }
      return values;
    }

    NDArray loss(NDManager local, List<NDArray> w) {
      NDArray x = input.duplicate();
      x.attach(local);
      NDArray mask = Masks.keep(local, new Shape(16, 32), 0.5f, draws.at(1000 + step));
      NDArray hidden = linear(x, w.get(0), w.get(1)).tanh().mul(mask);
      NDArray logits = linear(hidden, w.get(2), w.get(3));
      return logits.logSoftmax(1).mul(target).sum().neg();
    }

    private static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
      return Linear.linear(x, weight, bias).singletonOrThrow();
    }

    int train(int steps) {
      Autograd.off();
      int most = 0;
      for (int i = 0; i < steps; i++) {
        step++;
        try (NDManager local = manager.newSubManager()) {
          List<NDArray> leaves = weights.stream().map(w -> Autograd.leaf(local, w)).toList();
          NDArray loss = Autograd.recording(() -> loss(local, leaves));
          Autograd.backward(loss);
          for (int k = 0; k < leaves.size(); k++) {
            Updates.adam(
                weights.get(k),
                Autograd.gradient(leaves.get(k)),
                moments.get(2 * k),
                moments.get(2 * k + 1),
                0.01f,
                step,
                0.9f,
                0.999f,
                1e-8f,
                0,
                false);
          }
        }
        most = Math.max(most, manager.getManagedArrays().size());
      }
      return most;
    }

    float[] end() {
      return weights.get(0).toFloatArray();
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  private static float[] trained(long seed, int steps) {
    try (Tiny tiny = new Tiny(seed)) {
      tiny.train(steps);
      return tiny.end();
    }
  }

  @Test
  void twoThreadsAtOnceGiveTheBitsOfOneAfterTheOther() {
    float[] first = trained(1, 200);
    float[] second = trained(2, 200);
    var pool = Executors.newFixedThreadPool(2);
    try {
      var one = CompletableFuture.supplyAsync(() -> trained(1, 200), pool);
      var two = CompletableFuture.supplyAsync(() -> trained(2, 200), pool);
      assertThat(one.join()).isEqualTo(first);
      assertThat(two.join()).isEqualTo(second);
    } finally {
      pool.shutdown();
    }
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void newThreadsStartWithGradientsOnUntilSwitchedOff() throws InterruptedException {
    boolean[] mode = new boolean[4];
    Thread thread =
        new Thread(
            () -> {
              mode[0] = JniUtils.isGradMode();
              Autograd.off();
              mode[1] = JniUtils.isGradMode();
              mode[2] = Autograd.recording(() -> Autograd.paused(JniUtils::isGradMode));
              mode[3] = Autograd.recording(JniUtils::isGradMode);
            });
    thread.start();
    thread.join();
    assertThat(mode).containsExactly(true, false, false, true);
  }

  @Test
  void theModeIsRestoredAfterAnError() {
    Autograd.off();
    try {
      Autograd.recording(
          () -> {
            throw new IllegalStateException("in the step");
          });
    } catch (IllegalStateException expected) {
      assertThat(JniUtils.isGradMode()).isFalse();
    }
  }

  @Test
  void aLeafHasTheGradientOfItsParameter() {
    Autograd.off();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu());
        Tiny tiny = new Tiny(5)) {
      List<NDArray> leaves = tiny.weights.stream().map(w -> Autograd.leaf(manager, w)).toList();
      Autograd.backward(Autograd.recording(() -> tiny.loss(manager, leaves)));
      tiny.weights.forEach(w -> w.setRequiresGradient(true));
      Autograd.backward(Autograd.recording(() -> tiny.loss(manager, tiny.weights)));
      for (int i = 0; i < leaves.size(); i++) {
        NDArray viaLeaf = Autograd.gradient(leaves.get(i));
        NDArray viaParameter = Autograd.gradient(tiny.weights.get(i));
        assertThat(Native.sameBits(viaLeaf, viaParameter)).isTrue();
      }
    }
  }

  @Test
  void aLeafSharesTheMemoryOfItsParameterAndParametersMayMoveBetweenSteps() {
    Autograd.off();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray parameter = manager.create(new float[] {1, 2});
      NDArray leaf = Autograd.leaf(manager, parameter);
      Autograd.backward(Autograd.recording(() -> leaf.square().sum()));
      parameter.subi(Autograd.gradient(leaf));
      assertThat(leaf.toFloatArray()).containsExactly(-1, -2);
      NDArray next = Autograd.leaf(manager, parameter);
      Autograd.backward(Autograd.recording(() -> next.square().sum()));
      assertThat(Autograd.gradient(next).toFloatArray()).containsExactly(-2, -4);
      assertThat(Autograd.gradient(leaf).toFloatArray()).containsExactly(2, 4);
    }
  }

  @Test
  void aLeafTheLossDoesNotReadHasNoGradient() {
    Autograd.off();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray used = Autograd.leaf(manager, manager.create(new float[] {1, 2}));
      NDArray unused = Autograd.leaf(manager, manager.create(new float[] {3}));
      Autograd.backward(Autograd.recording(() -> used.square().sum()));
      assertThat(Autograd.gradient(used).toFloatArray()).containsExactly(2, 4);
      assertThat(Autograd.gradient(unused)).isNull();
    }
  }

  @Test
  void pausedWorkStaysOutOfTheGraph() {
    Autograd.off();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray leaf = Autograd.leaf(manager, manager.create(new float[] {2}));
      Autograd.backward(
          Autograd.recording(() -> leaf.mul(Autograd.paused(() -> leaf.mul(10f))).sum()));
      assertThat(Autograd.gradient(leaf).toFloatArray()).containsExactly(20);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aThousandStepsLeaveMemoryFlat() throws IOException {
    try (Tiny tiny = new Tiny(9)) {
      int arrays = tiny.train(200);
      long before = resident();
      assertThat(tiny.train(1000)).isEqualTo(arrays);
      assertThat(resident() - before).isLessThan(24L << 20);
    }
  }

  private static long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
