package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.UsageException;

class ImagesSourceTest {
  private static final int GREY = BufferedImage.TYPE_BYTE_GRAY;
  private static final int RGB = BufferedImage.TYPE_INT_RGB;

  @TempDir Path dir;

  @Test
  void greyValuesArriveAsTheyWereWritten() throws IOException {
    String apples = Make.foreign("Äpfel rot");
    for (int i = 0; i < 5; i++) {
      write(apples + "/" + i + ".png", GREY, 2, 3);
      write("Birnen/" + i + ".PNG", GREY, 2, 3);
    }
    DataSet set = load("");
    assertThat(set.name()).isEqualTo(dir.getFileName() + " (a fixed fifth held out as test)");
    assertThat(set.classNames()).containsExactly("Birnen", apples);
    assertThat(set.train().shape()).isEqualTo(new Shape(1, 2, 3));
    assertThat(set.train().size()).isEqualTo(8);
    assertThat(set.test().size()).isEqualTo(2);
    assertThat(Make.numbers(set.train()).raw(0)).containsExactly(0, 20, 40, 60, 80, 100);
  }

  @Test
  void coloursAreThreePlanesAndGreyImagesJoinThem() throws IOException {
    write("train/a/1.png", RGB, 1, 2);
    write("train/b/1.png", GREY, 1, 2);
    write("test/b/1.png", RGB, 1, 2);
    DataSet set = load("");
    assertThat(set.name()).isEqualTo(dir.getFileName().toString());
    assertThat(set.train().shape()).isEqualTo(new Shape(3, 1, 2));
    assertThat(Make.numbers(set.train()).raw(0)).containsExactly(0, 20, 1, 21, 2, 22);
    assertThat(Make.numbers(set.train()).raw(1)).containsExactly(0, 20, 0, 20, 0, 20);
    assertThat(set.test().labels()).containsExactly(1);
  }

  @Test
  void jpegIsReadToo() throws IOException {
    write("train/a/1.jpg", GREY, 8, 8);
    write("train/b/1.jpeg", GREY, 8, 8);
    write("test/a/1.png", GREY, 8, 8);
    assertThat(load("").train().shape()).isEqualTo(new Shape(1, 8, 8));
  }

  @Test
  void sizeBringsImagesToOneSizeByAreas() throws IOException {
    write("train/a/1.png", GREY, 2, 4);
    write("train/b/1.png", GREY, 1, 2);
    write("test/a/1.png", GREY, 2, 2);
    DataSet set = load(",size=1x2");
    // 0 20 40 60 / 80 100 120 140, halved along both axes.
    assertThat(Make.numbers(set.train()).raw(0)).containsExactly(50, 90);
    assertThat(Make.numbers(set.train()).raw(1)).containsExactly(0, 20);
    assertThat(Make.numbers(set.test()).raw(0)).containsExactly(20, 40);
    assertThat(Make.numbers(load(",size=3x2").train()).raw(1)).containsExactly(0, 20, 0, 20, 0, 20);
  }

  @Test
  void theOddImageIsNamed() throws IOException {
    write("a/1.png", GREY, 2, 2);
    write("b/1.png", GREY, 2, 3);
    assertThatThrownBy(() -> load(""))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            dir.resolve("b/1.png")
                + " is 2x3, but "
                + dir.resolve("a/1.png")
                + " is 2x2 (height x width); images must be of one size, or be brought to one with"
                + " size=2x2");
  }

  @Test
  void foldersThatAreNoClassesAreRefused() throws IOException {
    write("a/1.png", GREY, 2, 2);
    assertThatThrownBy(() -> load(""))
        .hasMessage(dir + " holds 1 folders; images need one folder per class, at least 2");
    Files.createDirectories(dir.resolve("b"));
    assertThatThrownBy(() -> load(""))
        .hasMessage(dir.resolve("b") + " holds no .png, .jpg or .jpeg file");
    Files.writeString(dir.resolve("b/1.png"), "no image");
    assertThatThrownBy(() -> load(""))
        .hasMessage(dir.resolve("b/1.png") + " is no PNG or JPEG image, whatever its name says");
    byte[] png = Files.readAllBytes(dir.resolve("a/1.png"));
    Files.write(dir.resolve("b/1.png"), Arrays.copyOf(png, png.length / 2));
    assertThatThrownBy(() -> load(""))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("cannot read the image " + dir.resolve("b/1.png"));
  }

  @Test
  void classesOfTheTestPartMustBeKnown() throws IOException {
    write("train/a/1.png", GREY, 2, 2);
    write("train/b/1.png", GREY, 2, 2);
    write("test/a/1.png", GREY, 2, 2);
    write("test/c/1.png", GREY, 2, 2);
    assertThatThrownBy(() -> load(""))
        .hasMessage(
            dir.resolve("test")
                + " holds a class 'c' that "
                + dir.resolve("train")
                + " has not; its classes are a, b");
    assertThatThrownBy(() -> load(",size=28"))
        .hasMessage("images: size is height x width, as in size=28x28; was '28'");
  }

  private DataSet load(String options) {
    return Make.load(new ImagesSource(), "images:" + dir + options);
  }

  /** Pixel i has 20·i in red (or grey), one more in green, two more in blue. */
  private void write(String name, int type, int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int i = 0; i < height * width; i++) {
      for (int band = 0; band < (type == GREY ? 1 : 3); band++) {
        image.getRaster().setSample(i % width, i / width, band, Math.min(255, 20 * i + band));
      }
    }
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    String format = name.toLowerCase(java.util.Locale.ROOT).endsWith("png") ? "png" : "jpg";
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
  }
}
