package org.kd4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScalarsTests {
  @BeforeAll
  static void start() {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
  }

  /** DJL's own {@code mul(3f)} fails this within a few rounds. */
  @Test
  void gradientsSurviveAGarbageCollectionBetweenForwardAndBackward() {
    for (int round = 0; round < 20; round++) {
      assertThat(gradientAcrossACollection(x -> Scalars.mul(x, 3))).isEqualTo(3);
      assertThat(gradientAcrossACollection(x -> Scalars.div(x, 4))).isEqualTo(0.25f);
      assertThat(gradientAcrossACollection(x -> Scalars.pow(x, 2))).isEqualTo(12);
      assertThat(gradientAcrossACollection(x -> Scalars.maximum(x, 5))).isEqualTo(1);
    }
  }

  private static float gradientAcrossACollection(UnaryOperator<NDArray> operation) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = Autograd.leaf(manager, manager.create(new float[] {1, 2, 3}));
      NDArray value = Autograd.recording(() -> operation.apply(x.sum()));
      System.gc();
      for (int i = 0; i < 2000; i++) {
        ByteBuffer.allocateDirect(4).putInt(0x7e967699); // what the freed memory may be given to
      }
      Autograd.backward(value);
      return Autograd.gradient(x).toFloatArray()[0];
    }
  }
}
