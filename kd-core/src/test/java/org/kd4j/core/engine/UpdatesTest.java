package org.kd4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The optimiser steps against PyTorch's, by either kernel. */
class UpdatesTest {
  private static final int N = 29;
  private static final int STEPS = 50;

  private static Map<String, double[]> reference = Map.of();

  private NDManager manager;

  @BeforeAll
  static void start() throws IOException {
    Engines.start(EngineSettings.defaults());
    try (InputStream in = UpdatesTest.class.getResourceAsStream("optimizer_reference.txt")) {
      reference =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.split(" "))
              .collect(
                  Collectors.toMap(
                      words -> words[0],
                      words ->
                          Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray()));
    }
  }

  @BeforeEach
  void open() {
    Autograd.off();
    manager = NDManager.newBaseManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
    FusedUpdates.use(true);
  }

  @FunctionalInterface
  private interface Step {
    void apply(NDArray w, NDArray g, NDArray first, NDArray second, int step);
  }

  private float[] trajectory(Step rule) {
    float[] w0 = new float[N];
    for (int i = 0; i < N; i++) {
      w0[i] = ((7 * i) % 31 - 15) / 16f;
    }
    NDArray w = manager.create(w0);
    NDArray first = manager.zeros(new Shape(N));
    NDArray second = manager.zeros(new Shape(N));
    for (int step = 1; step <= STEPS; step++) {
      float[] g = new float[N];
      for (int i = 0; i < N; i++) {
        g[i] = ((13 * i + 29 * step + i * step) % 97 - 48) / 64f;
      }
      rule.apply(w, manager.create(g), first, second, step);
    }
    return w.toFloatArray();
  }

  private static void assertFollowsPyTorch(String name, float[] found) {
    double[] right = reference.get(name);
    assertThat(found).hasSize(right.length);
    for (int i = 0; i < right.length; i++) {
      assertThat((double) found[i])
          .as(name + "[" + i + "]")
          .isCloseTo(
              right[i],
              org.assertj.core.data.Offset.offset(2e-6 * Math.max(1, Math.abs(right[i]))));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void adamFollowsPyTorch(boolean fused) {
    FusedUpdates.use(fused);
    assertFollowsPyTorch(
        "adam",
        trajectory(
            (w, g, m, v, t) -> Updates.adam(w, g, m, v, 1e-3f, t, 0.9f, 0.999f, 1e-8f, 0, false)));
    assertFollowsPyTorch(
        "adam-penalty",
        trajectory(
            (w, g, m, v, t) ->
                Updates.adam(w, g, m, v, 1e-2f, t, 0.8f, 0.95f, 1e-3f, 0.01f, false)));
    assertFollowsPyTorch(
        "adamw",
        trajectory(
            (w, g, m, v, t) ->
                Updates.adam(w, g, m, v, 1e-3f, t, 0.9f, 0.999f, 1e-8f, 0.01f, true)));
  }

  private float[] descent(@Nullable Float momentum, boolean nesterov, float decay, float clip) {
    return trajectory(
        (w, g, v, unused, t) -> {
          if (clip > 0) {
            Updates.clip(List.of(g), clip);
          }
          Updates.sgd(
              w,
              g,
              momentum == null ? null : v,
              0.05f,
              momentum == null ? 0 : momentum,
              nesterov,
              decay);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void descentFollowsPyTorch(boolean fused) {
    FusedUpdates.use(fused);
    assertFollowsPyTorch("sgd", descent(null, false, 0, 0));
    assertFollowsPyTorch("sgd-momentum", descent(0.9f, false, 0, 0));
    assertFollowsPyTorch("sgd-nesterov", descent(0.9f, true, 5e-4f, 0));
    assertFollowsPyTorch("sgd-clipped", descent(0.9f, false, 0, 1.5f));
  }

  @Test
  void bothKernelsRepeatThemselvesBitForBitOnLongArrays() {
    for (boolean fused : new boolean[] {true, false}) {
      FusedUpdates.use(fused);
      NDArray[] ends = new NDArray[2];
      for (int run = 0; run < 2; run++) {
        float[] start = new float[10_007];
        float[] slope = new float[start.length];
        for (int i = 0; i < start.length; i++) {
          start[i] = (float) Math.sin(i);
          slope[i] = (float) Math.cos(3 * i);
        }
        ends[run] = manager.create(start);
        NDArray m = manager.zeros(new Shape(start.length));
        NDArray v = manager.zeros(new Shape(start.length));
        for (int t = 1; t <= 5; t++) {
          Updates.adam(
              ends[run], manager.create(slope), m, v, 0.01f, t, 0.9f, 0.999f, 1e-8f, 0.1f, true);
        }
      }
      assertThat(Native.sameBits(ends[0], ends[1])).isTrue();
    }
  }

  @Test
  void clippingScalesAllGradientsByTheirCommonNorm() {
    NDArray a = manager.create(new float[] {3, 0});
    NDArray b = manager.create(new float[] {0, -4}, new Shape(1, 2));
    Updates.clip(List.of(a, b), 1);
    assertThat(a.toFloatArray()[0]).isCloseTo(0.6f, org.assertj.core.data.Offset.offset(1e-6f));
    assertThat(b.toFloatArray()[1]).isCloseTo(-0.8f, org.assertj.core.data.Offset.offset(1e-6f));
  }

  @Test
  void gradientsWithinTheBoundKeepTheirBits() {
    NDArray a = manager.create(new float[] {0.3f, -0.1f});
    Updates.clip(List.of(a), 1);
    assertThat(a.toFloatArray()).containsExactly(0.3f, -0.1f);
  }

  @Test
  void clippingLeavesNothingBehind() {
    NDArray a = manager.create(new float[] {3, 4});
    Updates.clip(List.of(a), 1);
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 10; i++) {
      Updates.clip(List.of(a), 1);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }
}
