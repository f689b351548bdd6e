package org.kd4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "3,0,-1,7,-1,2,9", "-1,-1,-1", "1,1,2,2,3,3"})
  void eachLabelledSampleHasAnEqualShare(String text) {
    String[] words = text.split(",");
    long[] plain = new long[words.length];
    int known = 0;
    for (int i = 0; i < plain.length; i++) {
      plain[i] = Long.parseLong(words[i]);
      known += plain[i] >= 0 ? 1 : 0;
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray labels = manager.create(plain);
      Labels ours = Labels.of(labels);
      assertThat(ours.index().getShape()).isEqualTo(new Shape(plain.length, 1));
      assertThat(ours.share().getShape()).isEqualTo(new Shape(plain.length, 1));
      for (int i = 0; i < plain.length; i++) {
        assertThat(ours.index().toLongArray()[i]).isEqualTo(Math.max(0, plain[i]));
        assertThat(ours.share().toFloatArray()[i]).isEqualTo(plain[i] < 0 ? 0 : 1f / known);
      }
      assertThat(labels.toLongArray()).isEqualTo(plain);
    }
  }
}
