package org.kd4j.core.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code idx:DIR}: any set in the format of MNIST (Fashion-MNIST, KMNIST, EMNIST, one of your own).
 * The folder holds four files, gzip or not, whose names tell train from test ({@code t10k} or
 * {@code test}) and images from labels.
 */
public final class IdxSource implements DataSource {
  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing();
    Path folder = DataFiles.written("idx", spec.argument(), place, "idx:data/fashion");
    UsageException.require(
        Files.isDirectory(folder), "idx: there is no folder %s", folder.toAbsolutePath());
    return read(folder, DataFiles.name(folder.toAbsolutePath().normalize()), Optional.empty(), 0);
  }

  /**
   * Reads the four files of a folder.
   *
   * @param folder where they are
   * @param name of the set
   * @param classes how many, where that is known; else the labels tell
   * @param customaryValidation of the set
   */
  static DataSet read(
      Path folder, String name, Optional<Integer> classes, int customaryValidation) {
    Idx trainLabels = Idx.labels(find(folder, List.of("train"), "labels"));
    Idx testLabels = Idx.labels(find(folder, List.of("t10k", "test"), "labels"));
    int count =
        classes.orElse(Math.max(2, 1 + Math.max(trainLabels.greatest(), testLabels.greatest())));
    Idx train = Idx.images(find(folder, List.of("train"), "images"));
    Idx test = Idx.images(find(folder, List.of("t10k", "test"), "images"));
    UsageException.require(
        train.lengths()[1] == test.lengths()[1] && train.lengths()[2] == test.lengths()[2],
        "%s holds images of %dx%d, %s of %dx%d; they must be of one size",
        train.file(),
        train.lengths()[1],
        train.lengths()[2],
        test.file(),
        test.lengths()[1],
        test.lengths()[2]);
    return new DataSet(
        name,
        train.with(trainLabels, name + "/train", count),
        Optional.empty(),
        test.with(testLabels, name + "/test", count),
        IntStream.range(0, count).mapToObj(Integer::toString).toList(),
        customaryValidation);
  }

  /** Whether a folder holds at least one of the files of a set. */
  static boolean holdsSome(Path folder) {
    return !matching(folder, List.of("train"), "images").isEmpty()
        || !matching(folder, List.of("t10k", "test"), "images").isEmpty();
  }

  private static Path find(Path folder, List<String> parts, String kind) {
    List<Path> found = matching(folder, parts, kind);
    UsageException.require(
        !found.isEmpty(),
        "%s holds no file whose name has '%s' and '%s' in it; the usual one is %s-%s-ubyte.gz",
        folder,
        String.join("' or '", parts),
        kind,
        parts.get(0),
        kind.equals("images") ? "images-idx3" : "labels-idx1");
    // The same file may lie there both packed and unpacked; two different ones are a question.
    List<String> stems = found.stream().map(IdxSource::stem).distinct().toList();
    UsageException.require(
        stems.size() == 1,
        "%s holds more than one set: %s and %s; give each a folder of its own",
        folder,
        stems.get(0),
        stems.get(stems.size() - 1));
    return found.get(0);
  }

  private static List<Path> matching(Path folder, List<String> parts, String kind) {
    List<Path> found = new ArrayList<>();
    for (Path file : DataFiles.list(folder)) {
      String name = DataFiles.lowerName(file);
      boolean named = name.contains("idx") || name.contains("ubyte");
      if (named && name.contains(kind) && parts.stream().anyMatch(name::contains)) {
        found.add(file);
      }
    }
    return found;
  }

  private static String stem(Path file) {
    return DataFiles.name(file).replaceFirst("\\.gz$", "").replace(".idx", "-idx");
  }

  @Override
  public String summary() {
    return "idx:DIR, a folder with train-images, train-labels, t10k- (or test-) images and labels";
  }
}
