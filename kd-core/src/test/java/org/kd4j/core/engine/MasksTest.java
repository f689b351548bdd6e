package org.kd4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Draws;

class MasksTest {
  @BeforeAll
  static void start() {
    Engines.start(EngineSettings.defaults());
  }

  private static float[] mask(Shape shape, float keep, long key) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      return Masks.keep(manager, shape, keep, new Draws(key)).toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0.1f, 0.5f, 0.8f, 1f})
  void keepsAsOftenAsAskedAndKeepsTheMean(float keep) {
    int kept = 0;
    float[] mask = mask(new Shape(128, 1200), keep, 7);
    for (float value : mask) {
      assertThat(value == 0 || value == 1 / keep).isTrue();
      kept += value == 0 ? 0 : 1;
    }
    double deviation = Math.sqrt(keep * (1 - keep) / mask.length);
    assertThat((double) kept / mask.length).isCloseTo(keep, Offset.offset(5 * deviation + 1e-5));
  }

  @Test
  void neighboursAndQuartersOfABlockAreIndependent() {
    float[] mask = mask(new Shape(1 << 18), 0.5f, 3);
    for (int distance : new int[] {1, 2, 4, 512, 1024, 1536, 2048}) {
      int equal = 0;
      for (int i = 0; i + distance < mask.length; i++) {
        equal += mask[i] == mask[i + distance] ? 1 : 0;
      }
      assertThat(equal / (double) (mask.length - distance)).isCloseTo(0.5, Offset.offset(0.005));
    }
  }

  @Test
  void sameDrawsSameBitsInAnyThreadAndManager() {
    for (long size : new long[] {1, 2, 5, 2047, 2048, 2049, 153_600}) {
      float[] here = mask(new Shape(size), 0.5f, 11);
      float[] there = CompletableFuture.supplyAsync(() -> mask(new Shape(size), 0.5f, 11)).join();
      assertThat(there).isEqualTo(here);
    }
    assertThat(mask(new Shape(4096), 0.5f, 12)).isNotEqualTo(mask(new Shape(4096), 0.5f, 13));
  }
}
