package org.kd4j.experiments.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.experiments.study.Gallery;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/**
 * Test images with what the teacher says of them, at rising temperature: how it sees the classes'
 * resemblance is what the student learns.
 *
 * @param title of the section
 * @param whose whose probabilities they are
 * @param temperatures shown
 * @param images in the gallery's order
 */
record Pictures(String title, String whose, List<Integer> temperatures, List<Image> images) {
  private static final List<Integer> TEMPERATURES = List.of(1, 4, 20);

  private static final int MOST_CLASSES = 10;

  /**
   * An image.
   *
   * @param uri the image itself, as {@code data:}
   * @param label its true class
   * @param classes what is said of each class, in the order of classes
   */
  record Image(String uri, String label, List<Bars> classes) {}

  /**
   * A class's probabilities.
   *
   * @param name of the class
   * @param isTrue whether it is the image's
   * @param probabilities by temperature
   */
  record Bars(String name, boolean isTrue, List<Bar> probabilities) {}

  /**
   * A probability.
   *
   * @param width in percent
   * @param text as read aloud
   */
  record Bar(String width, String text) {
    private static Bar of(double p) {
      return new Bar(Svg.number(100 * p), Numbers.fixed("%.3f", p));
    }
  }

  /** Pictures of the first trial that knows its guide's predictions, or at least its own. */
  static Optional<Pictures> of(StudyResult result) {
    return result
        .gallery()
        .flatMap(gallery -> by("guide", result, gallery).or(() -> by("deployed", result, gallery)));
  }

  private static Optional<Pictures> by(String key, StudyResult result, Gallery gallery) {
    return result.trials().stream()
        .filter(t -> t.gallery().containsKey(key))
        .findFirst()
        .map(
            trial ->
                new Pictures(
                    key.equals("guide") ? "What the teacher sees" : "What the network sees",
                    whose(key, trial),
                    TEMPERATURES,
                    images(trial.gallery().get(key), gallery)));
  }

  private static String whose(String key, TrialResult trial) {
    String who = key.equals("guide") ? "the guide of" : "the network deployed by";
    return who + " “" + trial.choice() + "”, seed " + trial.seed();
  }

  private static List<Image> images(Predictions said, Gallery gallery) {
    return IntStream.range(0, Math.min(said.size(), gallery.pixels().size()))
        .mapToObj(i -> image(said, gallery, i))
        .toList();
  }

  private static Image image(Predictions said, Gallery gallery, int row) {
    int label = gallery.labels().get(row);
    List<double[]> p = TEMPERATURES.stream().map(t -> said.probabilities(row, t)).toList();
    List<Integer> shown =
        IntStream.range(0, said.classes())
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -p.get(0)[c]))
            .limit(MOST_CLASSES)
            .sorted()
            .toList();
    List<Bars> bars = new ArrayList<>();
    for (int c : shown) {
      bars.add(
          new Bars(name(gallery, c), c == label, p.stream().map(of -> Bar.of(of[c])).toList()));
    }
    return new Image(
        png(gallery.pixels().get(row), gallery.height(), gallery.width()),
        name(gallery, label),
        bars);
  }

  private static String name(Gallery gallery, int c) {
    return c >= 0 && c < gallery.classNames().size() ? gallery.classNames().get(c) : "class " + c;
  }

  private static String png(float[] pixels, int height, int width) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < pixels.length; i++) {
      int grey = Math.round(255 * Math.max(0, Math.min(1, pixels[i])));
      image.getRaster().setSample(i % width, i / width, 0, grey);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
