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

class CifarSourceTest {
  @TempDir Path dir;

  @Test
  void batchesAreReadInTheirOrderPlaneByPlane() throws IOException {
    Path folder = write(dir.resolve("cifar10"));
    DataSet set = Make.load(new CifarSource(), "cifar10", dir);
    assertThat(set.train().shape()).isEqualTo(new Shape(3, 32, 32));
    assertThat(set.train().labels()).containsExactly(3, 9, 0);
    assertThat(set.test().labels()).containsExactly(7);
    float[] row = Make.numbers(set.train()).raw(1);
    assertThat(row[0]).isEqualTo(9);
    assertThat(row[1024]).isEqualTo(10);
    assertThat(row[3071]).isEqualTo(11);
    assertThat(set.classNames()).startsWith("airplane").endsWith("truck");
    assertThat(Make.load(new CifarSource(), "cifar10", folder).train().fingerprint())
        .isEqualTo(set.train().fingerprint());
  }

  @Test
  void aPartOfTheSetIsNotCalledCifar10() throws IOException {
    write(dir);
    assertThat(Make.load(new CifarSource(), "cifar10", dir).name()).isEqualTo("cifar10-part");
  }

  @Test
  void classNamesComeFromTheMetaFile() throws IOException {
    write(dir);
    Files.writeString(dir.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
    assertThat(Make.load(new CifarSource(), "cifar10", dir).classNames()).hasSize(10).contains("j");
    Files.writeString(dir.resolve("batches.meta.txt"), "a\nb\n");
    assertThatThrownBy(() -> Make.load(new CifarSource(), "cifar10", dir))
        .hasMessage(dir.resolve("batches.meta.txt") + " names 2 classes; there are 10");
  }

  @Test
  void malformedBatchesAreRefused() throws IOException {
    Path batch = write(dir).resolve("data_batch_2.bin");
    Files.write(batch, Make.cifarRows(1, 10));
    assertThatThrownBy(() -> Make.load(new CifarSource(), "cifar10", dir))
        .hasMessage(
            batch + ": row 1 has label 10; labels are 0 to 9, so this is no CIFAR-10 batch");
    Files.write(batch, Arrays.copyOf(Make.cifarRows(1), 3000));
    assertThatThrownBy(() -> Make.load(new CifarSource(), "cifar10", dir))
        .hasMessage(
            batch
                + " is truncated or no CIFAR-10 batch: its 3000 bytes are no whole number of rows"
                + " of 3073");
  }

  @Test
  void aMissingPartIsNamed() throws IOException {
    write(dir);
    Files.delete(dir.resolve("test_batch.bin"));
    assertThatThrownBy(() -> Make.load(new CifarSource(), "cifar10", dir))
        .hasMessage("cannot read " + dir.resolve("test_batch.bin") + ": there is no such file");
  }

  private static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("data_batch_1.bin"), Make.cifarRows(3, 9));
    Files.write(folder.resolve("data_batch_2.bin"), Make.cifarRows(0));
    Files.write(folder.resolve("test_batch.bin"), Make.cifarRows(7));
    return folder;
  }
}
