package org.kd4j.core.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.kd4j.core.base.UsageException;

/**
 * An image read from a file: bytes plane by plane, one plane if grey, three if RGB.
 *
 * @param file where it was
 * @param label its class
 * @param channels 1 or 3
 * @param height rows
 * @param width columns
 * @param planes the bytes
 */
record Pixels(Path file, int label, int channels, int height, int width, byte[] planes) {

  static Pixels read(Path file, int label) {
    BufferedImage image;
    try (InputStream in = DataFiles.open(file)) {
      image = ImageIO.read(in);
    } catch (IOException e) {
      throw new UsageException("cannot read the image " + file + ": " + DataFiles.reason(e), e);
    }
    UsageException.require(
        image != null, "%s is no PNG or JPEG image, whatever its name says", file);
    return isGrey(image) ? grey(image, file, label) : colour(image, file, label);
  }

  private static boolean isGrey(BufferedImage image) {
    ColorModel model = image.getColorModel();
    return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  /** From the raster: through getRGB the platform would bend grey values by a gamma. */
  private static Pixels grey(BufferedImage image, Path file, int label) {
    Raster raster = image.getRaster();
    int surplus = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] plane = new byte[height * width];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = (byte) (raster.getSample(i % width, i / width, 0) >> surplus);
    }
    return new Pixels(file, label, 1, height, width, plane);
  }

  /** Palettes and transparency included; a palette of greys only makes a grey image. */
  private static Pixels colour(BufferedImage image, Path file, int label) {
    int height = image.getHeight();
    int width = image.getWidth();
    int size = height * width;
    byte[] planes = new byte[3 * size];
    boolean coloured = false;
    for (int i = 0; i < size; i++) {
      int rgb = image.getRGB(i % width, i / width);
      planes[i] = (byte) (rgb >> 16);
      planes[size + i] = (byte) (rgb >> 8);
      planes[2 * size + i] = (byte) rgb;
      coloured |= planes[i] != planes[size + i] || planes[i] != planes[2 * size + i];
    }
    boolean palette = image.getColorModel() instanceof java.awt.image.IndexColorModel;
    return palette && !coloured
        ? new Pixels(file, label, 1, height, width, java.util.Arrays.copyOf(planes, size))
        : new Pixels(file, label, 3, height, width, planes);
  }

  /** Puts the planes in an array; a grey image fills all three of a set in colour. */
  void copyTo(byte[] values, int offset, int wanted) {
    int size = height * width;
    for (int channel = 0; channel < wanted; channel++) {
      int from = channels == 1 ? 0 : channel * size;
      System.arraycopy(planes, from, values, offset + channel * size, size);
    }
  }

  /**
   * Another size: each new pixel is the mean of the area it covers. Of our own, because the
   * platform's scaling gives other bytes on other platforms.
   */
  Pixels resized(int newHeight, int newWidth) {
    if (newHeight == height && newWidth == width) {
      return this;
    }
    byte[] result = new byte[channels * newHeight * newWidth];
    double tall = (double) height / newHeight;
    double wide = (double) width / newWidth;
    int to = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < newHeight; y++) {
        for (int x = 0; x < newWidth; x++) {
          double sum = area(channel, y * tall, (y + 1) * tall, x * wide, (x + 1) * wide);
          result[to++] = (byte) (int) Math.min(255, sum / (tall * wide) + 0.5);
        }
      }
    }
    return new Pixels(file, label, channels, newHeight, newWidth, result);
  }

  private double area(int channel, double top, double bottom, double left, double right) {
    double sum = 0;
    for (int y = (int) top; y < height && y < bottom; y++) {
      double rows = Math.min(bottom, y + 1) - Math.max(top, y);
      for (int x = (int) left; x < width && x < right; x++) {
        double columns = Math.min(right, x + 1) - Math.max(left, x);
        sum += rows * columns * (planes[(channel * height + y) * width + x] & 0xff);
      }
    }
    return sum;
  }
}
