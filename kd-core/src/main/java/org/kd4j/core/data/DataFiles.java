package org.kd4j.core.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.kd4j.core.base.UsageException;

/** Finds and opens the files of data sets; every refusal names the file. */
final class DataFiles {
  private DataFiles() {}

  /**
   * The folder of a named set: a folder of that name in the data directory, or the data directory
   * itself where it holds the files.
   *
   * @param place where the user says data is
   * @param folders the names the folder may have, the usual one first
   * @param holds whether a folder holds the set
   * @return the folder, or empty
   */
  static Optional<Path> folder(
      DataSource.Place place, List<String> folders, Predicate<Path> holds) {
    return place.directory().stream()
        .flatMap(dir -> Stream.concat(folders.stream().map(dir::resolve), Stream.of(dir)))
        .filter(Files::isDirectory)
        .filter(holds)
        .findFirst();
  }

  /** A path the user wrote: as it stands, else seen from the data directory. */
  static Path written(String head, String argument, DataSource.Place place, String example) {
    UsageException.require(!argument.isEmpty(), "%s needs a path, as in %s", head, example);
    Path path;
    try {
      path = Path.of(argument);
    } catch (InvalidPathException e) {
      throw new UsageException(
          head + ": '" + argument + "' cannot be a path on this machine: " + e.getReason(), e);
    }
    if (Files.exists(path) || place.directory().isEmpty()) {
      return path;
    }
    Path inside = place.directory().get().resolve(path);
    return Files.exists(inside) ? inside : path;
  }

  /** The visible entries of a folder, sorted by name. */
  static List<Path> list(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (Stream<Path> stream = Files.list(folder)) {
      stream.filter(p -> !name(p).startsWith(".")).forEach(entries::add);
    } catch (IOException e) {
      throw new UsageException("cannot list the folder " + folder + ": " + reason(e), e);
    }
    entries.sort((a, b) -> name(a).compareTo(name(b)));
    return entries;
  }

  static String name(Path path) {
    return path.getFileName().toString();
  }

  static String lowerName(Path path) {
    return name(path).toLowerCase(Locale.ROOT);
  }

  /** Opens a file, unpacked where its first two bytes say that it is gzip. */
  static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(2);
    boolean packed = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return packed ? new GZIPInputStream(in, 1 << 16) : in;
  }

  /** The refusal of a text file that cannot be read, or is no text. */
  static UsageException unreadable(Path file, IOException e) {
    return e instanceof CharacterCodingException
        ? new UsageException(file + " is not UTF-8 text" + place(file) + "; save it as UTF-8", e)
        : new UsageException("cannot read " + file + ": " + reason(e), e);
  }

  /** Where a file stops being UTF-8. */
  private static String place(Path file) {
    try (InputStream in = open(file)) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes());
      CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
      CharBuffer read = CharBuffer.allocate(1 << 13);
      while (decoder.decode(bytes, read, true).isOverflow()) {
        read.clear();
      }
      int line = 1;
      for (int i = 0; i < bytes.position(); i++) {
        line += bytes.get(i) == '\n' ? 1 : 0;
      }
      return " in line " + line;
    } catch (IOException e) {
      return ""; // that it is none is the news
    }
  }

  /** What the platform said, with its class where it said nothing. */
  static String reason(IOException e) {
    if (e instanceof java.nio.file.NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "reading it is not allowed";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
