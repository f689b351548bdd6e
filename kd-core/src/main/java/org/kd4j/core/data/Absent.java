package org.kd4j.core.data;

import java.nio.file.Files;
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
            .map(
                dir ->
                    Files.isDirectory(dir)
                        ? "There is no " + title + " in " + dir + "."
                        : "There is no folder " + dir + ".")
            .orElse(title + " needs a data directory, and none was given.");
    Path example = place.directory().orElse(Path.of("DIR"));
    String folder = quoted(example.toString());
    String way =
        downloads
            ? "To fetch it instead: kd compare --data " + name + " --download"
            : title + " cannot be fetched with --download; get the files by hand.";
    return new UsageException(
        String.join(
            "\n",
            looked + " Put these files in " + example.resolve(name) + ":",
            files,
            "Then type: kd compare --data " + name + " --data-dir " + folder,
            "(KD_DATA=" + folder + " in the environment saves --data-dir.)",
            way));
  }

  private static String quoted(String path) {
    return path.contains(" ") ? "\"" + path + "\"" : path;
  }
}
