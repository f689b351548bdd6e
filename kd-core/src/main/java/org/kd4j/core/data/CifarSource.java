package org.kd4j.core.data;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code cifar10}: 50,000 + 10,000 photographs in ten classes, 32×32 RGB, from the official binary
 * files: rows of a label and 1,024 bytes of each of red, green, blue. A. Krizhevsky, "Learning
 * Multiple Layers of Features from Tiny Images", 2009.
 */
public final class CifarSource implements DataSource {
  static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
  private static final Shape SHAPE = new Shape(3, 32, 32);
  private static final int ROW = 1 + 3 * 32 * 32;
  private static final String FILES =
      """
        data_batch_1.bin to data_batch_5.bin, test_batch.bin, batches.meta.txt
      out of cifar-10-binary.tar.gz (md5 c32a1d4ab5d03f1284b67883e8d87530; its folder
      cifar-10-batches-bin is found too)""";

  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing();
    UsageException.require(spec.argument().isEmpty(), "cifar10 takes no argument, was '%s'", spec);
    Optional<Path> folder = folder(place);
    if (folder.isEmpty() && place.download()) {
      return Download.cifar10();
    }
    return read(folder.orElseThrow(() -> Absent.set("cifar10", "CIFAR-10", FILES, true, place)));
  }

  @Override
  public Optional<Path> folder(Place place) {
    return DataFiles.folder(
        place,
        List.of("cifar10", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin"),
        dir -> !batches(dir).isEmpty() || Files.exists(dir.resolve("test_batch.bin")));
  }

  private static DataSet read(Path folder) {
    List<Path> batches = batches(folder);
    UsageException.require(!batches.isEmpty(), "%s holds no data_batch_1.bin", folder);
    List<byte[]> train = batches.stream().map(CifarSource::bytes).toList();
    byte[] test = bytes(folder.resolve("test_batch.bin"));
    long rows = train.stream().mapToLong(b -> b.length / ROW).sum();
    // A part of the set is good for trying things; a table must not call it CIFAR-10.
    boolean whole = rows == 50_000 && test.length / ROW == 10_000;
    String name = whole ? "cifar10" : "cifar10-part";
    List<String> names = classNames(folder.resolve("batches.meta.txt"));
    return new DataSet(
        name,
        samples(name + "/train", batches, train),
        Optional.empty(),
        samples(name + "/test", List.of(folder.resolve("test_batch.bin")), List.of(test)),
        names,
        0);
  }

  private static List<Path> batches(Path folder) {
    return DataFiles.list(folder).stream()
        .filter(p -> DataFiles.name(p).matches("data_batch_\\d+\\.bin"))
        .toList();
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = DataFiles.open(file)) {
      byte[] bytes = in.readAllBytes();
      UsageException.require(
          bytes.length > 0 && bytes.length % ROW == 0,
          "%s is truncated or no CIFAR-10 batch: its %d bytes are no whole number of rows of %d",
          file,
          bytes.length,
          ROW);
      return bytes;
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + DataFiles.reason(e), e);
    }
  }

  private static ArraySamples samples(String name, List<Path> files, List<byte[]> batches) {
    int rows = batches.stream().mapToInt(b -> b.length / ROW).sum();
    byte[] pixels = new byte[Math.multiplyExact(rows, ROW - 1)];
    int[] labels = new int[rows];
    int to = 0;
    for (int b = 0; b < batches.size(); b++) {
      byte[] batch = batches.get(b);
      for (int row = 0; row < batch.length / ROW; row++, to++) {
        labels[to] = batch[row * ROW] & 0xff;
        UsageException.require(
            labels[to] < 10,
            "%s: row %d has label %d; labels are 0 to 9, so this is no CIFAR-10 batch",
            files.get(b),
            row,
            labels[to]);
        System.arraycopy(batch, row * ROW + 1, pixels, to * (ROW - 1), ROW - 1);
      }
    }
    return ArraySamples.ofBytes(name, SHAPE, 10, pixels, labels, Normalization.by(255));
  }

  private static List<String> classNames(Path file) {
    if (!Files.exists(file)) {
      return CLASSES;
    }
    List<String> names = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (!line.isBlank()) {
          names.add(line.strip());
        }
      }
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + DataFiles.reason(e), e);
    }
    UsageException.require(
        names.size() == 10, "%s names %d classes; there are 10", file, names.size());
    return List.copyOf(names);
  }

  @Override
  public String summary() {
    return "cifar10, 50,000 + 10,000 colour photographs, from the data directory or --download";
  }
}
