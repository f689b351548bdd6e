package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSource.Place;

class StrokesTest {
  private static final Place NOWHERE = new Place(Optional.<Path>empty(), false);

  /** A change here changes every result ever reported on strokes: never by accident. */
  @Test
  void theSameBytesOnEveryPlatform() {
    assertThat(hash(10))
        .isEqualTo("d763583588416bcaf42f3794ce9e61369acb2c7a805ed7de8ce5d0d427204ad4");
    assertThat(hash(36))
        .isEqualTo("0aa697cd1ee8ed6c952ed3591839db1effe2e7345e6958fac2487c8724a1fbc7");
    assertThat(hash(Strokes.PAIRS))
        .isEqualTo("559093dce6747d78d18ce2369b2aea52288268041ec283d7c2cccd003d6c3be0");
  }

  @Test
  void moreImagesNeverChangeThoseBefore() {
    Strokes strokes = new Strokes(10, 3);
    byte[] few = strokes.images("train", 7);
    assertThat(Arrays.copyOf(strokes.images("train", 50), few.length)).isEqualTo(few);
  }

  @Test
  void splitsAndSeedsHaveImagesOfTheirOwn() {
    byte[] train = new Strokes(10, 0).images("train", 5);
    assertThat(new Strokes(10, 0).images("test", 5)).isNotEqualTo(train);
    assertThat(new Strokes(10, 1).images("train", 5)).isNotEqualTo(train);
  }

  @Test
  void everyCharacterHasWaysToBeWritten() {
    for (String name : new Strokes(36, 0).classNames()) {
      assertThat(Skeleton.ALL.get(name.charAt(0))).as(name).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void paperIsLightAndInkStaysOffTheRim() {
    byte[] pixels = new Strokes(36, 0).images("train", 720);
    int side = Strokes.SIZE;
    long rim = 0;
    long all = 0;
    for (int i = 0; i < pixels.length; i++) {
      int x = i % side;
      int y = i / side % side;
      boolean ink = (pixels[i] & 0xff) > 127;
      all += ink ? 1 : 0;
      rim += ink && (x == 0 || y == 0 || x == side - 1 || y == side - 1) ? 1 : 0;
    }
    assertThat((double) all / pixels.length).isBetween(0.05, 0.25);
    assertThat((double) rim / all).isLessThan(0.005);
  }

  @Test
  void theSourceGivesBalancedSplitsOfTheSizesAskedFor() {
    DataSet set = load("strokes:36,train=720,validation=36,test=72,seed=2");
    assertThat(set.name()).isEqualTo("strokes-36");
    assertThat(set.classNames()).hasSize(36).startsWith("0", "1").endsWith("Y", "Z");
    assertThat(set.train().size()).isEqualTo(720);
    assertThat(set.validation().orElseThrow().size()).isEqualTo(36);
    assertThat(set.test().size()).isEqualTo(72);
    int[] counts = new int[36];
    for (int label : set.train().labels()) {
      counts[label]++;
    }
    assertThat(counts).containsOnly(20);
    assertThat(Splits.of(set, SplitSpec.DEFAULT).train().size()).isEqualTo(720);
  }

  @Test
  void tenThousandImagesAreToLearnFromUnlessAskedOtherwise() {
    DataSet set = load("strokes");
    assertThat(Splits.of(set, SplitSpec.DEFAULT).train().size()).isEqualTo(10_000);
    assertThat(set.test().size()).isEqualTo(2_000);
  }

  @Test
  void pairsAreTwoCharactersSideBySide() {
    Strokes pairs = new Strokes(Strokes.PAIRS, 0);
    assertThat(pairs.classNames()).hasSize(36 * 36).startsWith("00", "01").endsWith("ZY", "ZZ");
    assertThat(pairs.classNames()).doesNotHaveDuplicates();
    assertThat(pairs.classNames().get(10 * 36 + 11)).isEqualTo("AB");
    assertThat(pairs.classNames().get(11 * 36 + 10)).isEqualTo("BA");
    assertThat(pairs.shape()).isEqualTo(new Shape(1, 28, 56));
    DataSet set = load("strokes:1296,train=1300,validation=1296,test=30");
    assertThat(set.name()).isEqualTo("strokes-1296");
    assertThat(set.train().shape()).isEqualTo(new Shape(1, 28, 56));
    assertThat(set.train().classes()).isEqualTo(1296);
    assertThat(Arrays.stream(set.train().labels()).limit(1296).distinct().count()).isEqualTo(1296);
    assertThat(set.train().labels()).startsWith(0, 1, 2).endsWith(1295, 0, 1, 2, 3);
  }

  /** On each side is the character of that place: nearer to its own mean image than to others'. */
  @Test
  void eachSideOfAPairShowsItsCharacter() {
    int count = 2 * Strokes.PAIRS;
    byte[] pixels = new Strokes(Strokes.PAIRS, 1).images("train", count);
    double[][] mean = means();
    for (int side = 0; side < 2; side++) {
      int right = 0;
      for (int i = 0; i < count; i++) {
        int label = i % Strokes.PAIRS;
        float[] image = new float[28 * 28];
        for (int p = 0; p < image.length; p++) {
          image[p] = pixels[i * 28 * 56 + p / 28 * 56 + 28 * side + p % 28] & 0xff;
        }
        right += nearest(mean, image) == (side == 0 ? label / 36 : label % 36) ? 1 : 0;
      }
      // by chance, or were the sides exchanged, 1 of 36
      assertThat(right / (double) count).isGreaterThan(0.35);
    }
  }

  private static double[][] means() {
    byte[] single = new Strokes(36, 0).images("train", 36 * 50);
    double[][] mean = new double[36][28 * 28];
    for (int i = 0; i < single.length; i++) {
      mean[i / (28 * 28) % 36][i % (28 * 28)] += (single[i] & 0xff) / 50.0;
    }
    return mean;
  }

  private static int nearest(double[][] mean, float[] image) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < mean.length; c++) {
      double distance = 0;
      for (int p = 0; p < image.length; p++) {
        distance += (image[p] - mean[c][p]) * (image[p] - mean[c][p]);
      }
      best = distance < least ? c : best;
      least = Math.min(least, distance);
    }
    return best;
  }

  @Test
  void morePairsNeverChangeThoseBefore() {
    Strokes pairs = new Strokes(Strokes.PAIRS, 3);
    byte[] few = pairs.images("train", 7);
    assertThat(few).hasSize(7 * 28 * 56);
    assertThat(Arrays.copyOf(pairs.images("train", 600), few.length)).isEqualTo(few);
    assertThat(pairs.images("test", 7)).isNotEqualTo(few);
  }

  @Test
  void ofPairsThereAreAFewOfEachUnlessAskedOtherwise() {
    DataSet set = load("strokes:1296,train=1296");
    assertThat(set.validation().orElseThrow().size()).isEqualTo(2 * 1296);
    assertThat(set.test().size()).isEqualTo(3 * 1296);
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> load("strokes:12"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "strokes come in 10 classes (digits), 36 (digits and letters) or 1296 (pairs of"
                + " those), not 12");
    assertThatThrownBy(() -> load("strokes:many"))
        .hasMessage("strokes come in 10, 36 or 1296 classes, as in strokes:36; was 'strokes:many'");
    assertThatThrownBy(() -> load("strokes,train=0"))
        .hasMessage("strokes: train must be 1 to 1000000 images, was 0");
  }

  private static DataSet load(String spec) {
    return new StrokesSource().load(SpecText.parse(spec), NOWHERE);
  }

  private static String hash(int classes) {
    byte[] pixels = new Strokes(classes, 0).images("train", 100);
    return Fingerprint.ofBytes(ByteBuffer.wrap(pixels)).hex();
  }
}
