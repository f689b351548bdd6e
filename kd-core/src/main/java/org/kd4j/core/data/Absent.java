package org.kd4j.core.data;

import java.nio.file.Path;
import org.kd4j.core.base.UsageException;

/** What to say when a named set is not there: its files, where they go, and the line to type. */
final class Absent {
  private Absent() {}

  static UsageException set(
      String name, String title, String files, boolean downloads, DataSource.Place place) {
    String looked =
        place
            .directory()
            .map(dir -> "There is no " + title + " in " + dir + ".")
            .orElse(title + " needs a data directory, and none was given.");
    String way =
        downloads
            ? " To fetch it instead: kd compare --data " + name + " --download"
            : " It cannot be downloaded from here; fetch the files by hand.";
    Path example = place.directory().orElse(Path.of("DIR"));
    return new UsageException(
        looked
            + " Put these files in "
            + example.resolve(name)
            + ":\n"
            + files
            + "\nand type: kd compare --data "
            + name
            + " --data-dir "
            + quoted(example.toString())
            + " (or set KD_DATA to it)."
            + way);
  }

  private static String quoted(String path) {
    return path.contains(" ") ? "\"" + path + "\"" : path;
  }
}
