package org.kd4j.core.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.kd4j.core.base.RunException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reading and writing whole files, with checksums, and saying what went wrong. */
final class Disk {
  private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

  /**
   * Bytes moved at a time: the platform keeps a native buffer per thread, as large as the largest
   * heap buffer it was ever given.
   */
  private static final int CHUNK = 1 << 20;

  private Disk() {}

  /** CRC32C rather than a secure hash: it guards against accidents, at the speed of memory. */
  static int checksum(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.duplicate());
    return (int) crc.getValue();
  }

  static String hex(int checksum) {
    return String.format("%08x", checksum);
  }

  /** Writes a new file of these parts; their positions stay. */
  static void write(Path file, ByteBuffer... parts) throws IOException {
    write(file, StandardOpenOption.CREATE_NEW, parts);
  }

  /** The same in place of what a file held, if it is there. */
  static void overwrite(Path file, ByteBuffer... parts) throws IOException {
    write(file, StandardOpenOption.CREATE, parts);
  }

  private static void write(Path file, OpenOption how, ByteBuffer... parts) throws IOException {
    try (FileChannel channel = FileChannel.open(file, how, StandardOpenOption.WRITE)) {
      for (ByteBuffer part : parts) {
        write(channel, part.duplicate());
      }
      channel.truncate(channel.position());
    }
  }

  private static void write(WritableByteChannel channel, ByteBuffer rest) throws IOException {
    int end = rest.limit();
    while (rest.position() < end) {
      rest.limit(Math.min(end, rest.position() + CHUNK));
      channel.write(rest);
      rest.limit(end);
    }
  }

  /** Reads a whole file into a buffer of the heap, positioned at its start. */
  static ByteBuffer read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE - 8) {
        throw new Damaged("file '" + file.getFileName() + "' has " + size + " bytes");
      }
      return fill(channel, ByteBuffer.allocate((int) size)).flip();
    }
  }

  private static ByteBuffer fill(ReadableByteChannel channel, ByteBuffer buffer)
      throws IOException {
    int end = buffer.capacity();
    while (buffer.position() < end) {
      buffer.limit(Math.min(end, buffer.position() + CHUNK));
      if (channel.read(buffer) < 0) {
        break; // it was cut while we read; the checksum tells
      }
    }
    return buffer;
  }

  /** Makes a folder where there is none; one that is a link to a folder stays one. */
  static Path folder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // createDirectories of Java 17 refuses links
      Files.createDirectories(folder);
    }
    return folder;
  }

  /** Deletes a file, or a folder and what is in it, as far as that can be done. */
  static void delete(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(path)) {
      for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("{} could not be deleted", path, e);
    }
  }

  /** The names in a folder, sorted; none if there is no such folder. */
  static List<Path> children(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      return list.sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /** The bytes of a file, or of all files in a folder; what vanishes meanwhile counts nothing. */
  static long size(Path path) {
    try (Stream<Path> walk = Files.walk(path)) {
      long bytes = 0;
      for (Path each : walk.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(each);
      }
      return bytes;
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  /** What the platform means by an error whose message is often no more than a path. */
  static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof NoSuchFileException) {
      return "it does not exist";
    } else if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
      return "a file that is no directory is in its way";
    } else if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** The error of a run that could not write on: mostly a full disk. */
  static RunException unwritten(Path path, IOException e) {
    return new RunException(
        "Cannot write "
            + path
            + ": "
            + reason(e)
            + " ("
            + free(path)
            + "). Everything finished so far is kept: make room there, and the same command goes on"
            + " from where it stopped.",
        e);
  }

  /** The error of a run that could not read what it stored: what is there may well be good. */
  static RunException unread(Path path, IOException e) {
    return new RunException(
        "Cannot read "
            + path
            + ": "
            + reason(e)
            + ". It is kept as it is: once it can be read the same command goes on; or delete it,"
            + " and it is computed again.",
        e);
  }

  private static String free(Path path) {
    for (Path p = path; p != null; p = p.getParent()) {
      try {
        long bytes = Files.getFileStore(p).getUsableSpace();
        return String.format(Locale.ROOT, "%.1f MB free there", bytes / 1e6);
      } catch (IOException e) {
        continue; // not there; ask the folder above
      }
    }
    return "free space unknown";
  }
}
