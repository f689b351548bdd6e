package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.UsageException;

class IdxSourceTest {
  @TempDir Path dir;

  @Test
  void packedAndPlainFilesAreReadUnderPathsWithBlanksAndAccents() throws IOException {
    String name = Make.foreign("Ziffern für später, 数字");
    Path folder = Make.idxSet(dir.resolve(name));
    DataSet set = Make.load(new IdxSource(), "idx:" + folder);
    assertThat(set.name()).isEqualTo(name);
    assertThat(set.train().shape()).isEqualTo(new Shape(1, 2, 3));
    assertThat(set.train().labels()).containsExactly(9, 0, 4);
    assertThat(set.test().labels()).containsExactly(1, 2);
    assertThat(Make.numbers(set.train()).raw(1)).containsExactly(42, 49, 56, 63, 70, 77);
    assertThat(set.classNames()).hasSize(10);
    assertThat(set.customaryValidation()).isZero();
  }

  @Test
  void aRelativePathIsSeenFromTheDataDirectoryToo() throws IOException {
    Make.idxSet(dir.resolve("toy"));
    assertThat(Make.load(new IdxSource(), "idx:toy", dir).train().size()).isEqualTo(3);
  }

  @Test
  void otherNamesForTheTestPartAreUnderstood() throws IOException {
    Make.idxSet(dir);
    Files.move(dir.resolve("t10k-images-idx3-ubyte"), dir.resolve("emnist-test-images-idx3-ubyte"));
    Files.move(dir.resolve("t10k-labels-idx1-ubyte"), dir.resolve("emnist-test-labels-idx1-ubyte"));
    assertThat(Make.load(new IdxSource(), "idx:" + dir).test().size()).isEqualTo(2);
  }

  @Test
  void mnistIsFoundInItsFolderAndInTheDataDirectoryItself() throws IOException {
    Make.idxSet(dir.resolve("mnist"));
    DataSet set = Make.load(new MnistSource(), "mnist", dir);
    assertThat(set.name()).isEqualTo("mnist");
    assertThat(set.customaryValidation()).isEqualTo(10_000);
    assertThat(Make.load(new MnistSource(), "mnist", dir.resolve("mnist")).train().fingerprint())
        .isEqualTo(set.train().fingerprint());
  }

  @Test
  void labelsBeyondNineAreNoMnist() throws IOException {
    Make.idxSet(dir);
    Path file = dir.resolve("t10k-labels-idx1-ubyte");
    Files.write(file, Make.idxLabels(1, 10));
    assertThatThrownBy(() -> Make.load(new MnistSource(), "mnist", dir))
        .hasMessage(file + ": row 1 has label 10; labels are 0 to 9");
  }

  @Test
  void aWrongMagicNumberIsNamed() throws IOException {
    refused(
        "train-labels-idx1-ubyte.gz",
        Make.idxImages(3, 2, 3),
        "is no IDX file of labels: its magic number is 2051, should be 2049; it holds images");
    refused(
        "t10k-images-idx3-ubyte",
        new byte[20],
        "is no IDX file of images: its magic number is 0, should be 2051");
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    byte[] images = Make.idxImages(3, 2, 3);
    refused(
        "train-images-idx3-ubyte.gz",
        Arrays.copyOf(images, images.length - 1),
        "is truncated: its header says 18 values, it holds 17; fetch it again");
    refused(
        "train-images-idx3-ubyte.gz",
        Arrays.copyOf(images, 9),
        "is truncated: it ends too early; fetch it again");
    byte[] packed = Make.packed(images);
    refused(
        "train-images-idx3-ubyte.gz",
        Arrays.copyOf(packed, packed.length - 9),
        "is truncated: it ends too early; fetch it again");
    packed[packed.length - 6] ^= 1;
    refused(
        "train-images-idx3-ubyte.gz",
        packed,
        "is damaged: it begins as gzip but does not unpack; fetch it again");
  }

  @Test
  void filesThatDoNotFitTogetherAreRefused() throws IOException {
    refused(
        "train-images-idx3-ubyte.gz",
        Arrays.copyOf(Make.idxImages(3, 2, 3), 16 + 18 + 1),
        "holds more than the 18 values its header says; fetch it again");
    refused(
        "train-images-idx3-ubyte.gz",
        Make.idxImages(2, 2, 3),
        "holds 2 images, but "
            + dir.resolve("train-labels-idx1-ubyte.gz")
            + " holds 3 labels; they must be as many");
    refused(
        "train-images-idx3-ubyte.gz",
        Make.idxImages(3, 3, 3),
        "holds images of 3x3, "
            + dir.resolve("t10k-images-idx3-ubyte")
            + " of 2x3; they must be of one size");
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Make.idxSet(dir);
    Files.delete(dir.resolve("t10k-labels-idx1-ubyte"));
    assertThatThrownBy(() -> Make.load(new IdxSource(), "idx:" + dir))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            dir
                + " holds no file whose name has 't10k' or 'test' and 'labels' in it; the usual one"
                + " is t10k-labels-idx1-ubyte.gz");
  }

  @Test
  void twoSetsInOneFolderAreAQuestion() throws IOException {
    Make.idxSet(dir);
    Files.write(dir.resolve("letters-train-labels-idx1-ubyte"), Make.idxLabels(1));
    assertThatThrownBy(() -> Make.load(new IdxSource(), "idx:" + dir))
        .hasMessage(
            dir
                + " holds more than one set: letters-train-labels-idx1-ubyte and"
                + " train-labels-idx1-ubyte; give each a folder of its own");
  }

  @Test
  void theFolderMustBeThere() {
    assertThatThrownBy(() -> Make.load(new IdxSource(), "idx:no/such"))
        .hasMessage("idx: there is no folder " + Path.of("no/such").toAbsolutePath());
    assertThatThrownBy(() -> Make.load(new IdxSource(), "idx"))
        .hasMessage("idx needs a path, as in idx:data/fashion");
  }

  private void refused(String name, byte[] content, String message) throws IOException {
    Make.idxSet(dir);
    Path file = dir.resolve(name);
    Files.write(file, content);
    assertThatThrownBy(() -> Make.load(new IdxSource(), "idx:" + dir))
        .isInstanceOf(UsageException.class)
        .hasMessage(file + (message.startsWith(":") ? "" : " ") + message);
  }
}
