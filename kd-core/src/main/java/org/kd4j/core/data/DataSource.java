package org.kd4j.core.data;

import java.nio.file.Path;
import java.util.Optional;
import org.kd4j.core.base.SpecText;

/**
 * Where a data set comes from, bound by name in a module: {@code mnist}, {@code csv}. One class and
 * one binding make a new one.
 */
public interface DataSource {
  /**
   * Reads the set, or refuses with a message that names the file and says what it should be.
   *
   * @param spec what the user wrote, for example {@code csv:digits.csv,label=digit}
   * @param place where files are
   * @return the samples as published
   */
  DataSet load(SpecText spec, Place place);

  /**
   * Where the files of a named set lie, as {@link #load} looks for them.
   *
   * @param place where files are
   * @return empty where they are not there, and for what is made on the spot or read from a path
   */
  default Optional<Path> folder(Place place) {
    return Optional.empty();
  }

  /** One line for listings: what it is and how it is written. */
  String summary();

  /**
   * Where files are looked for.
   *
   * @param directory the data directory ({@code --data-dir}, else {@code KD_DATA}); each named set
   *     has a folder of its name in it
   * @param download whether the user asked to fetch a missing set
   */
  record Place(Optional<Path> directory, boolean download) {}
}
