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

class RelabelledTest {
  private static final ArraySamples IMAGES =
      ArraySamples.ofBytes(
          "images",
          new Shape(1, 2, 2),
          2,
          new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
          new int[] {0, 1, 0},
          Normalization.by(255));
  private static final Relabelled OTHER =
      new Relabelled(IMAGES, "images/others", List.of(4, -1, 2), 5);

  @Test
  void inputsStayAndLabelsChange() {
    try (NDManager manager = OfflineEngine.manager();
        NDManager step = manager.newSubManager()) {
      int[] rows = {2, 0, 2, 1};
      Samples.Rows before = IMAGES.open(manager);
      Samples.Rows after = OTHER.open(manager);
      Draws draws = Draws.of(0, "augment");
      Batch plain = before.gather(step, rows, new Shift(1), draws);
      Batch batch = after.gather(step, rows, new Shift(1), draws);
      assertThat(batch.input().toFloatArray()).containsExactly(plain.input().toFloatArray());
      assertThat(batch.target().toLongArray()).containsExactly(2, 4, 2, -1);
      assertThat(batch.target().getDataType()).isEqualTo(DataType.INT64);
      assertThat(batch.target().getShape()).isEqualTo(new Shape(4));
      assertThat(batch.rows()).containsExactly(rows);
    }
  }

  @Test
  void gatheringLeavesNothingBehindInTheLongLivedManager() {
    try (NDManager manager = OfflineEngine.manager()) {
      Samples.Rows rows = OTHER.open(manager);
      int before = manager.getManagedArrays().size();
      for (int i = 0; i < 100; i++) {
        try (NDManager step = manager.newSubManager()) {
          assertThat(rows.gather(step, new int[] {1, 2}).target().getManager()).isSameAs(step);
        }
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void itIsASetOfItsOwn() {
    assertThat(OTHER.name()).isEqualTo("images/others");
    assertThat(OTHER.size()).isEqualTo(3);
    assertThat(OTHER.classes()).isEqualTo(5);
    assertThat(OTHER.shape()).isEqualTo(IMAGES.shape());
    assertThat(OTHER.labels()).containsExactly(4, -1, 2);
    assertThat(
            List.of(
                IMAGES.fingerprint(),
                OTHER.fingerprint(),
                new Relabelled(IMAGES, "images/others", List.of(4, -1, 3), 5).fingerprint(),
                new Relabelled(IMAGES, "images/others", List.of(4, -1, 2), 6).fingerprint(),
                new Relabelled(IMAGES.normalized(Normalization.by(2)), "x", List.of(4, -1, 2), 5)
                    .fingerprint()))
        .doesNotHaveDuplicates();
    assertThat(new Relabelled(IMAGES, "another name", List.of(4, -1, 2), 5).fingerprint())
        .isEqualTo(OTHER.fingerprint());
  }

  @Test
  void labelsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> new Relabelled(IMAGES, "few", List.of(0, 1), 2))
        .isInstanceOf(UsageException.class)
        .hasMessage("few: 2 labels for the 3 samples of images; give one for each");
    assertThatThrownBy(() -> new Relabelled(IMAGES, "high", List.of(0, 1, 2), 2))
        .hasMessage("high: row 2 has label 2; labels are 0 to 1, or -1 for none");
    assertThatThrownBy(() -> new Relabelled(IMAGES, "low", List.of(0, -2, 1), 2))
        .hasMessage("low: row 1 has label -2; labels are 0 to 1, or -1 for none");
  }
}
