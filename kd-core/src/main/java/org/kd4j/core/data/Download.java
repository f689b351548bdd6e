package org.kd4j.core.data;

import ai.djl.basicdataset.cv.classification.Cifar10;
import ai.djl.basicdataset.cv.classification.Mnist;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Dataset.Usage;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;

/**
 * Sets fetched by DJL (module basicdataset), which keeps them in its cache folder. Its data sets
 * serve only as the way to the bytes; see the package's description for why.
 */
final class Download {
  /** By custom the last 10,000 of MNIST's 60,000 training rows validate. */
  static final int MNIST_VALIDATION = 10_000;

  private Download() {}

  static DataSet mnist() {
    List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    try (NDManager manager = engine()) {
      Mnist train = sampled(Mnist.builder().optManager(manager)).optUsage(Usage.TRAIN).build();
      Mnist test = sampled(Mnist.builder().optManager(manager)).optUsage(Usage.TEST).build();
      return new DataSet(
          "mnist",
          read(train, "mnist/train", new Shape(1, 28, 28)),
          Optional.empty(),
          read(test, "mnist/test", new Shape(1, 28, 28)),
          names,
          MNIST_VALIDATION);
    }
  }

  static DataSet cifar10() {
    try (NDManager manager = engine()) {
      Cifar10 train = sampled(Cifar10.builder().optManager(manager)).optUsage(Usage.TRAIN).build();
      Cifar10 test = sampled(Cifar10.builder().optManager(manager)).optUsage(Usage.TEST).build();
      return new DataSet(
          "cifar10",
          read(train, "cifar10/train", new Shape(3, 32, 32)),
          Optional.empty(),
          read(test, "cifar10/test", new Shape(3, 32, 32)),
          CifarSource.CLASSES,
          0);
    }
  }

  /** Room in DJL's engine, as kd4j starts it. */
  private static NDManager engine() {
    if (Engines.running().isEmpty()) { // which waits for one that is being started
      Engines.start(EngineSettings.defaults().withDownload(true));
    }
    return NDManager.newBaseManager();
  }

  /** DJL wants a sampler even where none is used. */
  private static <B extends RandomAccessDataset.BaseBuilder<B>> B sampled(B builder) {
    return builder.setSampling(1, false);
  }

  /** DJL's images are FLOAT32 (height, width, channels), 0 to 255. */
  static ArraySamples read(RandomAccessDataset set, String name, Shape shape) {
    String what = name.substring(0, name.indexOf('/'));
    try {
      set.prepare();
      int size = Math.toIntExact(set.size());
      int width = Math.toIntExact(shape.size());
      byte[] bytes = new byte[Math.multiplyExact(size, width)];
      int[] labels = new int[size];
      try (NDManager manager = engine()) {
        for (int row = 0; row < size; row++) {
          try (NDManager one = manager.newSubManager()) {
            var record = set.get(one, row);
            NDArray image = record.getData().singletonOrThrow().transpose(2, 0, 1);
            float[] values = image.toFloatArray();
            for (int i = 0; i < width; i++) {
              bytes[row * width + i] = (byte) (int) values[i];
            }
            labels[row] = (int) record.getLabels().singletonOrThrow().toFloatArray()[0];
          }
        }
      }
      return ArraySamples.ofBytes(name, shape, 10, bytes, labels, Normalization.by(255));
    } catch (IOException | TranslateException e) {
      throw new UsageException(
          what
              + " could not be downloaded ("
              + reason(e)
              + "). Is there a network? Without one, copy the files by hand and name their folder"
              + " with --data-dir; the same command without --download says which files.",
          e);
    }
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    String type = root.getClass().getSimpleName();
    return message == null ? type : type + ": " + message;
  }
}
