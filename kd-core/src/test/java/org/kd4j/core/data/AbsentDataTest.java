package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSource.Place;

/** What a person reads who has no data yet; the texts lie in src/test/resources/errors. */
class AbsentDataTest {
  @TempDir Path dir;

  @Test
  void withoutADirectoryTheMessageSaysWhatToDo() throws IOException {
    assertThat(message(new MnistSource(), "mnist", Optional.empty()))
        .isEqualTo(golden("mnist-no-directory.txt"));
    assertThat(message(new CifarSource(), "cifar10", Optional.empty()))
        .isEqualTo(golden("cifar10-no-directory.txt"));
    assertThat(message(new OptdigitsSource(), "optdigits", Optional.empty()))
        .isEqualTo(golden("optdigits-no-directory.txt"));
  }

  @Test
  void anEmptyDirectoryIsNamed() throws IOException {
    String message = message(new MnistSource(), "mnist", Optional.of(dir));
    assertThat(message.replace(dir.toString(), "DIR"))
        .isEqualTo(golden("mnist-empty-directory.txt"));
    Path none = dir.resolve("none");
    assertThat(message(new MnistSource(), "mnist", Optional.of(none)))
        .startsWith("There is no folder " + none + ".");
  }

  @Test
  void setsThatCannotBeDownloadedSayTheSame() {
    Place place = new Place(Optional.empty(), true);
    assertThatThrownBy(() -> new OptdigitsSource().load(SpecText.parse("optdigits"), place))
        .hasMessageContaining(
            "optdigits cannot be fetched with --download; get the files by hand.");
  }

  @Test
  void downloadingWithoutANetworkIsOneClearMessage() {
    OfflineEngine.manager().close();
    for (DataSource source : new DataSource[] {new MnistSource(), new CifarSource()}) {
      String name = source instanceof MnistSource ? "mnist" : "cifar10";
      Place place = new Place(Optional.of(dir), true);
      Throwable refused = catchThrowable(() -> source.load(SpecText.parse(name), place));
      assertThat(refused)
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith(name + " could not be downloaded (")
          .hasMessageEndingWith(
              "). Is there a network? Without one, copy the files by hand and name their folder"
                  + " with --data-dir; the same command without --download says which files.");
    }
  }

  @Test
  void whatDjlHoldsIsTurnedIntoPlanesOfBytes() {
    try (NDManager manager = OfflineEngine.manager()) {
      // As DJL has them: FLOAT32 (row, height, width, channel).
      NDArray images = manager.arange(0, 24, 1).toType(DataType.FLOAT32, false);
      ArrayDataset djl =
          new ArrayDataset.Builder()
              .setData(images.mul(10).reshape(2, 2, 2, 3))
              .optLabels(manager.create(new float[] {9, 1}))
              .setSampling(1, false)
              .build();
      ArraySamples samples = Download.read(djl, "toy/train", new Shape(3, 2, 2));
      assertThat(samples.labels()).containsExactly(9, 1);
      assertThat(samples.raw(1))
          .containsExactly(120, 150, 180, 210, 130, 160, 190, 220, 140, 170, 200, 230);
    }
  }

  private static String message(DataSource source, String spec, Optional<Path> directory) {
    Throwable refused =
        catchThrowable(() -> source.load(SpecText.parse(spec), new Place(directory, false)));
    assertThat(refused).isInstanceOf(UsageException.class);
    return refused.getMessage() + "\n";
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = AbsentDataTest.class.getResourceAsStream("/errors/" + name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
