package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

class ArraySamplesTest {
  private static final Shape IMAGE = new Shape(2, 2, 2);

  @Test
  void bytesAreGatheredByRowAndScaled() {
    ArraySamples samples = images("images");
    try (NDManager manager = OfflineEngine.manager();
        NDManager step = manager.newSubManager()) {
      Batch batch = samples.open(manager).gather(step, new int[] {2, 0, 2});
      assertThat(batch.input().getShape()).isEqualTo(new Shape(3, 2, 2, 2));
      assertThat(batch.input().getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(batch.target().getDataType()).isEqualTo(DataType.INT64);
      assertThat(batch.target().toLongArray()).containsExactly(-1, 1, -1);
      assertThat(batch.rows()).containsExactly(2, 0, 2);
      float[] expected = new float[24];
      int[] rows = {2, 0, 2};
      for (int i = 0; i < 24; i++) {
        expected[i] = ((rows[i / 8] * 8 + i % 8) * 11 % 256) / 255f;
      }
      assertThat(batch.input().toFloatArray()).isEqualTo(expected);
    }
  }

  @Test
  void channelsAreNormalisedEachByItsOwn() {
    Normalization each = new Normalization(List.of(10f, 20f), List.of(2f, 4f));
    ArraySamples samples = images("images").normalized(each);
    try (NDManager manager = OfflineEngine.manager();
        NDManager step = manager.newSubManager()) {
      float[] got = samples.open(manager).gather(step, new int[] {0}).input().toFloatArray();
      float[] raw = samples.raw(0);
      for (int i = 0; i < 8; i++) {
        assertThat(got[i]).isEqualTo(i < 4 ? (raw[i] - 10) / 2 : (raw[i] - 20) / 4);
      }
    }
  }

  @Test
  void featuresAreNormalisedEachByItsOwn() {
    Normalization each = new Normalization(List.of(1f, 2f, 3f), List.of(1f, 2f, 4f));
    float[] values = {1, 2, 3, 2, 4, 7};
    ArraySamples samples =
        ArraySamples.ofFloats("table", new Shape(3), 2, values, new int[] {0, 1}, each);
    try (NDManager manager = OfflineEngine.manager();
        NDManager step = manager.newSubManager()) {
      Batch batch = samples.open(manager).gather(step, new int[] {0, 1});
      assertThat(batch.input().toFloatArray()).containsExactly(0, 0, 0, 1, 1, 1);
    }
  }

  @Test
  void gatheringLeavesNothingBehindInTheLongLivedManager() {
    ArraySamples samples = images("images").normalized(Normalization.standard(images("images")));
    try (NDManager manager = OfflineEngine.manager()) {
      Samples.Rows rows = samples.open(manager);
      int before = manager.getManagedArrays().size();
      for (int i = 0; i < 100; i++) {
        try (NDManager step = manager.newSubManager()) {
          Batch batch = rows.gather(step, new int[] {1, 2}, new Shift(1), Draws.of(0, "a", i));
          assertThat(batch.input().getManager()).isSameAs(step);
          assertThat(batch.target().getManager()).isSameAs(step);
        }
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void theSamplesTheySharedStayAsTheyWere() {
    ArraySamples samples = images("images");
    try (NDManager manager = OfflineEngine.manager();
        NDManager step = manager.newSubManager()) {
      Samples.Rows rows = samples.open(manager);
      rows.gather(step, new int[] {0}).input().muli(0);
      float[] again = rows.gather(step, new int[] {0}).input().toFloatArray();
      assertThat(again[1]).isEqualTo(11 / 255f);
    }
  }

  @Test
  void theFingerprintIsOfTheContentAndNotOfTheName() {
    ArraySamples samples = images("a");
    assertThat(images("b").fingerprint()).isEqualTo(samples.fingerprint());
    assertThat(samples.relabelled("a", new int[] {1, 1, -1}).fingerprint())
        .isNotEqualTo(samples.fingerprint());
    assertThat(samples.normalized(Normalization.by(16)).fingerprint())
        .isNotEqualTo(samples.fingerprint());
    assertThat(samples.subset("a", new int[] {0, 2, 1}).fingerprint())
        .isNotEqualTo(samples.fingerprint());
    assertThat(samples.subset("a", new int[] {0, 1, 2}).fingerprint())
        .isEqualTo(samples.fingerprint());
    byte[] other = bytes();
    other[23]++;
    assertThat(of("a", other).fingerprint()).isNotEqualTo(samples.fingerprint());
  }

  @Test
  void subsetsKeepValuesAndLabelsTogether() {
    ArraySamples some = images("a").subset("some", new int[] {2, 0});
    assertThat(some.labels()).containsExactly(-1, 1);
    assertThat(some.raw(0)).isEqualTo(images("a").raw(2));
    assertThat(some.raw(1)).isEqualTo(images("a").raw(0));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> of("a", new byte[23]))
        .isInstanceOf(UsageException.class)
        .hasMessage("a: 3 labels of samples of 8 values need 24 values, there are 23");
    assertThatThrownBy(() -> images("a").relabelled("a", new int[] {0, 2, 1}))
        .hasMessage("a: row 1 has label 2; labels are 0 to 1, or -1 for none");
    assertThatThrownBy(() -> images("a").subset("none", new int[0]))
        .hasMessage("none holds no samples");
    float[] bad = {0, 1, Float.NaN, 2};
    Normalization none = Normalization.by(1);
    assertThatThrownBy(
            () -> ArraySamples.ofFloats("t", new Shape(2), 2, bad, new int[] {0, 1}, none))
        .hasMessage("t: row 1 holds NaN; values must be finite");
    Normalization three = new Normalization(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
    try (NDManager manager = OfflineEngine.manager()) {
      assertThatThrownBy(() -> images("a").normalized(three).open(manager))
          .hasMessage("a: normalisation for 3 channels, the samples have 2");
    }
  }

  private static ArraySamples images(String name) {
    return of(name, bytes());
  }

  private static ArraySamples of(String name, byte[] bytes) {
    return ArraySamples.ofBytes(name, IMAGE, 2, bytes, new int[] {1, 0, -1}, Normalization.by(255));
  }

  private static byte[] bytes() {
    byte[] bytes = new byte[24];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 11);
    }
    return bytes;
  }
}
