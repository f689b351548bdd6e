package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptdigitsSourceTest {
  private static final String PIXELS = "0,16,".repeat(32);

  @TempDir Path dir;

  @Test
  void rowsAreImagesOfEightByEight() throws IOException {
    write(PIXELS + "3\n" + PIXELS + "9\n\n");
    DataSet set = Make.load(new OptdigitsSource(), "optdigits", dir);
    assertThat(set.train().shape()).isEqualTo(new Shape(1, 8, 8));
    assertThat(set.train().labels()).containsExactly(3, 9);
    assertThat(Make.numbers(set.train()).raw(0)).startsWith(0, 16, 0, 16);
    assertThat(Make.numbers(set.train()).normalization()).isEqualTo(Normalization.by(16));
    assertThat(set.test().size()).isEqualTo(1);
  }

  @Test
  void malformedLinesAreNamed() throws IOException {
    Path file = dir.resolve("optdigits").resolve("optdigits.tra");
    refused(PIXELS + "3\n1,2,3\n", file + ", line 2: 3 values; a line has 64 pixels and a label");
    refused(PIXELS + "10\n", file + ", line 1: a label is a whole number from 0 to 9, was '10'");
    refused(
        PIXELS.replaceFirst("16", "17") + "1\n",
        file + ", line 1: a pixel is a whole number from 0 to 16, was '17'");
    refused(
        PIXELS.replaceFirst("16", "x") + "1\n",
        file + ", line 1: a pixel is a whole number from 0 to 16, was 'x'");
    refused("\n", file + " is empty");
  }

  private void refused(String train, String message) throws IOException {
    write(train);
    assertThatThrownBy(() -> Make.load(new OptdigitsSource(), "optdigits", dir))
        .hasMessage(message);
  }

  private void write(String train) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("optdigits"));
    Files.writeString(folder.resolve("optdigits.tra"), train);
    Files.writeString(folder.resolve("optdigits.tes"), PIXELS + "0\n");
  }
}
