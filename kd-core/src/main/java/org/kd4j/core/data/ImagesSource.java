package org.kd4j.core.data;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code images:DIR}: a folder per class with PNG or JPEG images of one size, grey or RGB; or
 * DIR/train and DIR/test with such folders. Without a test folder a fixed fifth of the images is
 * held out as test, and the set's name says so. {@code size=28x28} (height x width) resizes.
 */
public final class ImagesSource implements DataSource {
  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing("size");
    Path folder = DataFiles.written("images", spec.argument(), place, "images:data/leaves");
    UsageException.require(
        Files.isDirectory(folder), "images: there is no folder %s", folder.toAbsolutePath());
    Optional<int[]> size = Optional.ofNullable(spec.options().get("size")).map(ImagesSource::size);
    String name = DataFiles.name(folder.toAbsolutePath().normalize());
    Path train = folder.resolve("train");
    Path test = folder.resolve("test");
    if (!Files.isDirectory(train) || !Files.isDirectory(test)) {
      List<String> classes = classes(folder, 2);
      List<Pixels> all = read(folder, classes, size);
      return HeldOut.fifth(name, samples(name, all, classes, channels(all)), classes);
    }
    List<String> classes = classes(train, 2);
    for (String other : classes(test, 1)) {
      UsageException.require(
          classes.contains(other),
          "%s holds a class '%s' that %s has not; its classes are %s",
          test,
          other,
          train,
          String.join(", ", classes));
    }
    List<Pixels> trainImages = read(train, classes, size);
    List<Pixels> testImages = read(test, classes, size);
    requireOneSize(List.of(trainImages.get(0), testImages.get(0)));
    int channels = Math.max(channels(trainImages), channels(testImages));
    return new DataSet(
        name,
        samples(name + "/train", trainImages, classes, channels),
        Optional.empty(),
        samples(name + "/test", testImages, classes, channels),
        classes,
        0);
  }

  private static int[] size(String text) {
    Matcher matcher = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})").matcher(text);
    UsageException.require(
        matcher.matches(), "images: size is height x width, as in size=28x28; was '%s'", text);
    return new int[] {Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))};
  }

  private static List<String> classes(Path folder, int least) {
    List<String> names =
        DataFiles.list(folder).stream().filter(Files::isDirectory).map(DataFiles::name).toList();
    UsageException.require(
        names.size() >= least,
        "%s holds %d folders; images need one folder per class, at least %d",
        folder,
        names.size(),
        least);
    return Labels.sorted(names);
  }

  private static List<Pixels> read(Path folder, List<String> classes, Optional<int[]> size) {
    List<Pixels> all = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      Path ofClass = folder.resolve(classes.get(label));
      int before = all.size();
      for (Path file : Files.isDirectory(ofClass) ? DataFiles.list(ofClass) : List.<Path>of()) {
        if (DataFiles.lowerName(file).matches(".*\\.(png|jpe?g)")) {
          Pixels image = Pixels.read(file, label);
          all.add(size.map(s -> image.resized(s[0], s[1])).orElse(image));
        }
      }
      UsageException.require(
          all.size() > before || !Files.isDirectory(ofClass),
          "%s holds no .png, .jpg or .jpeg file",
          ofClass);
    }
    requireOneSize(all);
    return all;
  }

  private static void requireOneSize(List<Pixels> images) {
    Pixels first = images.get(0);
    for (Pixels image : images) {
      UsageException.require(
          image.height() == first.height() && image.width() == first.width(),
          "%s is %dx%d, but %s is %dx%d (height x width); images must be of one size, or be brought"
              + " to one with size=%dx%d",
          image.file(),
          image.height(),
          image.width(),
          first.file(),
          first.height(),
          first.width(),
          first.height(),
          first.width());
    }
  }

  private static int channels(List<Pixels> images) {
    return images.stream().mapToInt(Pixels::channels).max().orElseThrow();
  }

  private static ArraySamples samples(
      String name, List<Pixels> images, List<String> classes, int channels) {
    Pixels first = images.get(0);
    int width = channels * first.height() * first.width();
    byte[] values = new byte[Math.multiplyExact(images.size(), width)];
    int[] labels = new int[images.size()];
    for (int row = 0; row < labels.length; row++) {
      images.get(row).copyTo(values, row * width, channels);
      labels[row] = images.get(row).label();
    }
    return ArraySamples.ofBytes(
        name,
        new Shape(channels, first.height(), first.width()),
        classes.size(),
        values,
        labels,
        Normalization.by(255));
  }

  @Override
  public String summary() {
    return "images:DIR[,size=28x28], a folder per class of PNG or JPEG images, or DIR/train and test";
  }
}
