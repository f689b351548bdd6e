package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

class ShiftTest {
  private static final int CHANNELS = 2;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 7;
  private static final int SAMPLE = CHANNELS * HEIGHT * WIDTH;
  private static final Draws DRAWS = Draws.of(3, "augment", 4);

  @Test
  void shiftEqualsAPlainComputationBitForBit() {
    int[] rows = {4, 0, 17, 999_983, 2, 5, 6, 7, 8, 9, 10, 11};
    float[] images = images(rows);
    for (int pixels = 1; pixels <= 3; pixels++) {
      assertThat(shifted(pixels, images, rows)).isEqualTo(plain(pixels, images, rows));
    }
  }

  @Test
  void shiftDoesTheSameToASampleInAnyBatch() {
    int[] rows = {4, 0, 17, 3};
    float[] together = shifted(2, images(rows), rows);
    for (int i = 0; i < rows.length; i++) {
      int[] alone = {rows[i]};
      assertThat(shifted(2, images(alone), alone))
          .isEqualTo(Arrays.copyOfRange(together, i * SAMPLE, (i + 1) * SAMPLE));
    }
  }

  @Test
  void whereTheHostCannotSeeTheImagesTheBitsAreTheSame() {
    int[] rows = {4, 0, 17, 3};
    int[] down = {-2, 0, 1, 2};
    int[] right = {2, -1, 0, -2};
    try (NDManager manager = OfflineEngine.manager()) {
      NDArray images = manager.create(images(rows), new Shape(4, CHANNELS, HEIGHT, WIDTH));
      NDArray ours = Shift.onHost(images, down, right);
      NDArray theirs = new Shift(2).byIndex(images, down, right);
      assertThat(ours.getShape()).isEqualTo(theirs.getShape());
      assertThat(ours.toFloatArray()).isEqualTo(theirs.toFloatArray());
    }
  }

  @Test
  void aMoveBeyondTheImageLeavesBackground() {
    int[] rows = {1, 2};
    for (int pixels = 6; pixels <= 8; pixels++) {
      assertThat(shifted(pixels, images(rows), rows)).isEqualTo(plain(pixels, images(rows), rows));
    }
  }

  @Test
  void shiftReachesEveryMoveAboutEquallyOften() {
    int[] counts = new int[25];
    for (int row = 0; row < 25_000; row++) {
      counts[DRAWS.below(2L * row, 5) * 5 + DRAWS.below(2L * row + 1, 5)]++;
    }
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(850);
    assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(1150);
  }

  @Test
  void shiftLeavesNothingBehindInTheManagerOfItsInput() {
    try (NDManager base = OfflineEngine.manager()) {
      NDArray lasting = base.ones(new Shape(1));
      int before = base.getManagedArrays().size();
      for (int step = 0; step < 20; step++) {
        try (NDManager own = base.newSubManager()) {
          NDArray input = own.ones(new Shape(3, 1, 4, 4));
          new Shift(1).apply(input, new int[] {1, 2, 3}, DRAWS);
        }
      }
      assertThat(base.getManagedArrays()).hasSize(before);
      assertThat(lasting.getFloat(0)).isEqualTo(1);
    }
  }

  @Test
  void vectorsCannotBeShifted() {
    try (NDManager manager = OfflineEngine.manager()) {
      NDArray vectors = manager.ones(new Shape(3, 64));
      assertThatThrownBy(() -> new Shift(1).apply(vectors, new int[3], DRAWS))
          .isInstanceOf(UsageException.class)
          .hasMessage("shift needs images (channels, height, width), samples are (64)");
    }
  }

  @Test
  void theSpecIsReadAndItsMistakesAreNamed() {
    assertThat(Augmentation.parse("shift:2")).isEqualTo(new Shift(2)).hasToString("shift:2");
    assertThat(Augmentation.parse("none")).isEqualTo(Augmentation.NONE);
    assertThatThrownBy(() -> Augmentation.parse("shift:9"))
        .hasMessage("shift takes 1 to 8 pixels, was 9; none is 'none'");
    assertThatThrownBy(() -> Augmentation.parse("shift"))
        .hasMessage("shift takes a number of pixels, as in shift:2; was 'shift'");
    assertThatThrownBy(() -> Augmentation.parse("shfit:2"))
        .hasMessage(
            "No augmentation 'shfit'. Did you mean 'shift'? Known: crop, crop-flip, flip, none, shift.");
  }

  /** Each sample's values tell its row, so that a mix-up shows. */
  private static float[] images(int[] rows) {
    float[] images = new float[rows.length * SAMPLE];
    for (int i = 0; i < images.length; i++) {
      images[i] = 1 + rows[i / SAMPLE] % 1000 + (i % SAMPLE) / 128f;
    }
    return images;
  }

  private static float[] shifted(int pixels, float[] images, int[] rows) {
    try (NDManager manager = OfflineEngine.manager()) {
      NDArray input = manager.create(images, new Shape(rows.length, CHANNELS, HEIGHT, WIDTH));
      NDArray output = new Shift(pixels).apply(input, rows, DRAWS);
      assertThat(output.getShape()).isEqualTo(input.getShape());
      return output.toFloatArray();
    }
  }

  private static float[] plain(int pixels, float[] images, int[] rows) {
    float[] result = new float[images.length];
    for (int i = 0; i < result.length; i++) {
      int sample = i / SAMPLE;
      int channel = i % SAMPLE / (HEIGHT * WIDTH);
      int span = 2 * pixels + 1;
      int y = i % (HEIGHT * WIDTH) / WIDTH + DRAWS.below(2L * rows[sample], span) - pixels;
      int x = i % WIDTH + DRAWS.below(2L * rows[sample] + 1, span) - pixels;
      boolean inside = y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
      result[i] = inside ? images[((sample * CHANNELS + channel) * HEIGHT + y) * WIDTH + x] : 0;
    }
    return result;
  }
}
