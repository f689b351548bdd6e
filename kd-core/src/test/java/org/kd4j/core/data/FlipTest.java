package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

class FlipTest {
  private static final int CHANNELS = 2;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 5;
  private static final int SAMPLE = CHANNELS * HEIGHT * WIDTH;
  private static final Draws DRAWS = Draws.of(3, "augment", 4);
  private static final int[] ROWS = {4, 0, 17, 999_983, 2, 5, 6, 7};

  @Test
  void aMirroredImageHasItsColumnsReversedAndOthersAreAsTheyWere() {
    float[] images = images(ROWS);
    float[] flipped = applied(new Flip(), images, ROWS);
    boolean[] seen = new boolean[2];
    for (int i = 0; i < images.length; i++) {
      boolean mirrored = Flip.mirrored(ROWS[i / SAMPLE], DRAWS);
      seen[mirrored ? 1 : 0] = true;
      int x = i % WIDTH;
      assertThat(flipped[i]).isEqualTo(images[mirrored ? i - x + WIDTH - 1 - x : i]);
    }
    assertThat(seen).containsExactly(true, true);
  }

  @Test
  void flipDoesTheSameToASampleInAnyBatch() {
    for (Augmentation augmentation : new Augmentation[] {new Flip(), new CropFlip(new Shift(2))}) {
      float[] together = applied(augmentation, images(ROWS), ROWS);
      for (int i = 0; i < ROWS.length; i++) {
        int[] alone = {ROWS[i]};
        assertThat(applied(augmentation, images(alone), alone))
            .isEqualTo(Arrays.copyOfRange(together, i * SAMPLE, (i + 1) * SAMPLE));
      }
    }
  }

  @Test
  void whereTheHostCannotSeeTheImagesTheBitsAreTheSame() {
    boolean[] mirrored = {true, false, false, true, true, false, true, false};
    try (NDManager manager = OfflineEngine.manager()) {
      NDArray images =
          manager.create(images(ROWS), new Shape(ROWS.length, CHANNELS, HEIGHT, WIDTH));
      NDArray theirs = Flip.byIndex(images, mirrored);
      assertThat(theirs.getShape()).isEqualTo(images.getShape());
      assertThat(theirs.toFloatArray()).isEqualTo(Flip.onHost(images, mirrored).toFloatArray());
    }
  }

  @Test
  void aCropAndFlipIsAShiftThenAFlip() {
    float[] images = images(ROWS);
    assertThat(applied(new CropFlip(new Shift(2)), images, ROWS))
        .isEqualTo(applied(new Flip(), applied(new Shift(2), images, ROWS), ROWS));
  }

  /** 20,000 rows: each share within four standard errors. */
  @Test
  void halfOfTheImagesAreMirroredWhateverTheirMove() {
    int mirrored = 0;
    int leftAndMirrored = 0;
    int other = 0;
    for (int row = 0; row < 20_000; row++) {
      boolean mirror = Flip.mirrored(row, DRAWS);
      boolean left = DRAWS.below(2L * row + 1, 2) == 0; // what a shift of one axis draws
      mirrored += mirror ? 1 : 0;
      leftAndMirrored += mirror && left ? 1 : 0;
      other += Flip.mirrored(row, Draws.of(3, "augment", 5)) == mirror ? 1 : 0;
    }
    assertThat(mirrored).isBetween(9_717, 10_283);
    assertThat(leftAndMirrored).isBetween(4_755, 5_245);
    assertThat(other).isBetween(9_717, 10_283);
  }

  @Test
  void vectorsCannotBeMirrored() {
    try (NDManager manager = OfflineEngine.manager()) {
      NDArray vectors = manager.ones(new Shape(3, 64));
      assertThatThrownBy(() -> new Flip().apply(vectors, new int[3], DRAWS))
          .isInstanceOf(UsageException.class)
          .hasMessage("flip needs images (channels, height, width), samples are (64)");
    }
  }

  @Test
  void theSpecsAreRead() {
    assertThat(Augmentation.parse("flip")).isEqualTo(new Flip()).hasToString("flip");
    assertThat(Augmentation.parse("crop-flip:4"))
        .isEqualTo(new CropFlip(new Shift(4)))
        .hasToString("crop-flip:4");
    assertThat(Augmentation.parse("crop:4")).isEqualTo(new Shift(4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crop-flip | crop-flip takes a number of pixels, as in crop-flip:2; was 'crop-flip'",
        "crop:-1 | crop takes a number of pixels, as in crop:2; was 'crop:-1'",
        "crop-flip:0 | shift takes 1 to 8 pixels, was 0; none is 'none'",
        "flip:2 | flip takes nothing after its name, was 'flip:2'",
        "filp | No augmentation 'filp'. Did you mean 'flip'? Known: crop, crop-flip, flip, none, shift."
      })
  void mistakesAreNamed(String text, String message) {
    assertThatThrownBy(() -> Augmentation.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  private static float[] images(int[] rows) {
    float[] images = new float[rows.length * SAMPLE];
    for (int i = 0; i < images.length; i++) {
      images[i] = 1 + rows[i / SAMPLE] % 1000 + (i % SAMPLE) / 128f;
    }
    return images;
  }

  private static float[] applied(Augmentation augmentation, float[] images, int[] rows) {
    try (NDManager manager = OfflineEngine.manager()) {
      NDArray input = manager.create(images, new Shape(rows.length, CHANNELS, HEIGHT, WIDTH));
      NDArray output = augmentation.apply(input, rows, DRAWS);
      assertThat(output.getShape()).isEqualTo(input.getShape());
      return output.toFloatArray();
    }
  }
}
