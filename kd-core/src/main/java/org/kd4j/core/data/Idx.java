package org.kd4j.core.data;

import ai.djl.ndarray.types.Shape;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.kd4j.core.base.UsageException;

/**
 * A file in the IDX format of MNIST: a big-endian magic number (0, 0, type, axes), one length per
 * axis, then the values; gzip or not. Only unsigned bytes are read, as all published sets have
 * them.
 *
 * @param file where it was
 * @param lengths one per axis
 * @param values row after row
 */
record Idx(Path file, int[] lengths, byte[] values) {
  private static final int IMAGES = 2051;
  private static final int LABELS = 2049;

  /** Images: magic 2051, count, rows, columns. */
  static Idx images(Path file) {
    return read(file, IMAGES, 3, "images");
  }

  /** Labels: magic 2049, count. */
  static Idx labels(Path file) {
    return read(file, LABELS, 1, "labels");
  }

  private static Idx read(Path file, int magic, int axes, String kind) {
    try (DataInputStream in = new DataInputStream(DataFiles.open(file))) {
      int found = in.readInt();
      UsageException.require(
          found == magic,
          "%s is no IDX file of %s: its magic number is %d, should be %d%s",
          file,
          kind,
          found,
          magic,
          found == IMAGES ? "; it holds images" : found == LABELS ? "; it holds labels" : "");
      int[] lengths = new int[axes];
      long size = 1;
      for (int i = 0; i < axes; i++) {
        lengths[i] = in.readInt();
        UsageException.require(
            lengths[i] > 0, "%s: axis %d has length %d; it must be positive", file, i, lengths[i]);
        size *= lengths[i];
        UsageException.require(
            size < Integer.MAX_VALUE - 8,
            "%s says it holds %d values or more; at most 2^31 fit here",
            file,
            size);
      }
      byte[] values = in.readNBytes((int) size);
      UsageException.require(
          values.length == size,
          "%s is truncated: its header says %d values, it holds %d; fetch it again",
          file,
          size,
          values.length);
      UsageException.require(
          in.read() < 0,
          "%s holds more than the %d values its header says; fetch it again",
          file,
          size);
      return new Idx(file, lengths, values);
    } catch (EOFException e) {
      throw new UsageException(file + " is truncated: it ends too early; fetch it again", e);
    } catch (ZipException e) {
      throw new UsageException(
          file + " is damaged: it begins as gzip but does not unpack; fetch it again", e);
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + DataFiles.reason(e), e);
    }
  }

  int count() {
    return lengths[0];
  }

  /** The values as labels, refused from {@code classes} on. */
  int[] asLabels(int classes) {
    int[] labels = new int[values.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = values[i] & 0xff;
      UsageException.require(
          labels[i] < classes,
          "%s: row %d has label %d; labels are 0 to %d",
          file,
          i,
          labels[i],
          classes - 1);
    }
    return labels;
  }

  /** The greatest value. */
  int greatest() {
    int greatest = 0;
    for (byte value : values) {
      greatest = Math.max(greatest, value & 0xff);
    }
    return greatest;
  }

  /** These images with those labels; their counts must agree. */
  ArraySamples with(Idx labels, String name, int classes) {
    UsageException.require(
        count() == labels.count(),
        "%s holds %d images, but %s holds %d labels; they must be as many",
        file,
        count(),
        labels.file,
        labels.count());
    return ArraySamples.ofBytes(
        name,
        new Shape(1, lengths[1], lengths[2]),
        classes,
        values,
        labels.asLabels(classes),
        Normalization.by(255));
  }
}
