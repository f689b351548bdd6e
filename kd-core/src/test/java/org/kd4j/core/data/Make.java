package org.kd4j.core.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.data.DataSource.Place;

/** Small data files for the tests of the readers. */
final class Make {
  private Make() {}

  static DataSet load(DataSource source, String spec, Path directory) {
    return source.load(SpecText.parse(spec), new Place(Optional.of(directory), false));
  }

  static DataSet load(DataSource source, String spec) {
    return source.load(SpecText.parse(spec), new Place(Optional.empty(), false));
  }

  /** A name beyond ASCII, where this machine's file names can be written so. */
  static String foreign(String name) {
    Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    Assumptions.assumeTrue(names.newEncoder().canEncode(name), "file names here are " + names);
    return name;
  }

  /** Samples of numbers, as most sources bring them. */
  static ArraySamples numbers(MemorySamples samples) {
    return (ArraySamples) samples;
  }

  static byte[] idxImages(int count, int height, int width) {
    ByteBuffer buffer = ByteBuffer.allocate(16 + count * height * width);
    buffer.putInt(2051).putInt(count).putInt(height).putInt(width);
    for (int i = 0; buffer.hasRemaining(); i++) {
      buffer.put((byte) (i * 7));
    }
    return buffer.array();
  }

  static byte[] idxLabels(int... labels) {
    ByteBuffer buffer = ByteBuffer.allocate(8 + labels.length);
    buffer.putInt(2049).putInt(labels.length);
    for (int label : labels) {
      buffer.put((byte) label);
    }
    return buffer.array();
  }

  static byte[] packed(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  /** A tiny set with the names of MNIST: three rows to train, two to test, of 2×3 pixels. */
  static Path idxSet(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("train-images-idx3-ubyte.gz"), packed(idxImages(3, 2, 3)));
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), packed(idxLabels(9, 0, 4)));
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), idxImages(2, 2, 3));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), idxLabels(1, 2));
    return folder;
  }

  /** CIFAR rows: label, then pixel i of the row has the value (label + i / 1024). */
  static byte[] cifarRows(int... labels) {
    byte[] rows = new byte[labels.length * 3073];
    for (int r = 0; r < labels.length; r++) {
      rows[r * 3073] = (byte) labels[r];
      for (int i = 0; i < 3072; i++) {
        rows[r * 3073 + 1 + i] = (byte) (labels[r] + i / 1024);
      }
    }
    return rows;
  }
}
