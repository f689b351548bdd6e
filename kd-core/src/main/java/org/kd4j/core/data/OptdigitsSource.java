package org.kd4j.core.data;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code optdigits}: 3,823 + 1,797 handwritten digits, 8×8 with values 0 to 16; the writers of the
 * two parts differ. E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI
 * Machine Learning Repository, 1998.
 */
public final class OptdigitsSource implements DataSource {
  private static final int PIXELS = 64;
  private static final String FILES =
      "  optdigits.tra  sha256 e1b683cc211604fe8fd8c4417e6a69f31380e0c61d4af22e93cc21e9257ffedd\n"
          + "  optdigits.tes  sha256 6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8";

  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing();
    UsageException.require(
        spec.argument().isEmpty(), "optdigits takes no argument, was '%s'", spec);
    Path folder =
        folder(place).orElseThrow(() -> Absent.set("optdigits", "optdigits", FILES, false, place));
    return new DataSet(
        "optdigits",
        read(folder.resolve("optdigits.tra"), "optdigits/train"),
        Optional.empty(),
        read(folder.resolve("optdigits.tes"), "optdigits/test"),
        IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
        0);
  }

  @Override
  public Optional<Path> folder(Place place) {
    return DataFiles.folder(
        place,
        List.of("optdigits"),
        dir ->
            Files.exists(dir.resolve("optdigits.tra"))
                || Files.exists(dir.resolve("optdigits.tes")));
  }

  private static ArraySamples read(Path file, String name) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + DataFiles.reason(e), e);
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
      lines.remove(lines.size() - 1);
    }
    UsageException.require(!lines.isEmpty(), "%s is empty", file);
    byte[] pixels = new byte[lines.size() * PIXELS];
    int[] labels = new int[lines.size()];
    for (int row = 0; row < labels.length; row++) {
      String[] words = lines.get(row).split(",", -1);
      UsageException.require(
          words.length == PIXELS + 1,
          "%s, line %d: %d values; a line has 64 pixels and a label",
          file,
          row + 1,
          words.length);
      for (int i = 0; i < PIXELS; i++) {
        pixels[row * PIXELS + i] = (byte) number(words[i], 16, "pixel", file, row);
      }
      labels[row] = number(words[PIXELS], 9, "label", file, row);
    }
    return ArraySamples.ofBytes(name, new Shape(1, 8, 8), 10, pixels, labels, Normalization.by(16));
  }

  private static int number(String word, int greatest, String kind, Path file, int row) {
    int value;
    try {
      value = Integer.parseInt(word.strip());
    } catch (NumberFormatException e) {
      value = -1;
    }
    UsageException.require(
        value >= 0 && value <= greatest,
        "%s, line %d: a %s is a whole number from 0 to %d, was '%s'",
        file,
        row + 1,
        kind,
        greatest,
        word.strip());
    return value;
  }

  @Override
  public String summary() {
    return "optdigits, 3,823 + 1,797 handwritten digits of 8x8, from the data directory";
  }
}
