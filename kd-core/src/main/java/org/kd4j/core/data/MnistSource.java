package org.kd4j.core.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code mnist}: 60,000 + 10,000 handwritten digits, 28×28 grey; custom lets the last 10,000
 * training rows validate. Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning
 * applied to document recognition", Proceedings of the IEEE, 1998.
 */
public final class MnistSource implements DataSource {
  static final String FILES =
      """
        train-images-idx3-ubyte.gz  md5 f68b3c2dcbeaaa9fbdd348bbdeb94873
        train-labels-idx1-ubyte.gz  md5 d53e105ee54ea40749a09fcbcd1e9432
        t10k-images-idx3-ubyte.gz   md5 9fb629c4189551a2d022fa330f9573f3
        t10k-labels-idx1-ubyte.gz   md5 ec29112dd5afa0611ce80d1b7f02629c
      (unpacked, without .gz, they are as good)""";

  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing();
    UsageException.require(
        spec.argument().isEmpty(),
        "mnist takes no argument, was '%s'; for files in another folder write idx:DIR",
        spec);
    Optional<Path> folder = folder(place);
    if (folder.isEmpty() && place.download()) {
      return Download.mnist();
    }
    Path found = folder.orElseThrow(() -> Absent.set("mnist", "MNIST", FILES, true, place));
    return IdxSource.read(found, "mnist", Optional.of(10), Download.MNIST_VALIDATION);
  }

  @Override
  public Optional<Path> folder(Place place) {
    return DataFiles.folder(place, List.of("mnist", "MNIST/raw"), IdxSource::holdsSome);
  }

  @Override
  public String summary() {
    return "mnist, 60,000 + 10,000 handwritten digits, from the data directory or --download";
  }
}
