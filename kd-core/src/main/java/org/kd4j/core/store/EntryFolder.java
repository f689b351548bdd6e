package org.kd4j.core.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Fingerprint;

/**
 * How an entry lies on disk: a folder of its files and {@value #INDEX}, which says what it is and
 * what size and checksum each file must have.
 */
final class EntryFolder {
  static final String INDEX = "entry.json";
  private static final int VERSION = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private EntryFolder() {}

  /**
   * The content of {@value #INDEX}.
   *
   * @param version of this form
   * @param kind what the entry holds
   * @param key its fingerprint, in full
   * @param label for people
   * @param created when, in UTC
   * @param files its files
   * @param check the checksum of all the above
   */
  record Index(
      int version,
      Store.Kind kind,
      String key,
      String label,
      String created,
      List<Part> files,
      @Nullable String check) {

    Index checked() {
      StringBuilder text = new StringBuilder().append(version).append(kind).append(key);
      text.append('\n').append(label).append('\n').append(created);
      for (Part part : files) {
        text.append('\n').append(part.name).append('\n').append(part.file);
        text.append('\n').append(part.size).append(' ').append(part.crc32c);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      String sum = Disk.hex(Disk.checksum(ByteBuffer.wrap(bytes)));
      return new Index(version, kind, key, label, created, files, sum);
    }
  }

  /**
   * A file of an entry.
   *
   * @param name what it was published as
   * @param file what it is called in the folder
   * @param size in bytes
   * @param crc32c its checksum, in hexadecimal digits
   */
  record Part(String name, String file, long size, String crc32c) {}

  /** Writes an entry into a folder that is there and empty. */
  static void write(
      Path folder, Store.Kind kind, Fingerprint key, String label, Map<String, ByteBuffer> files)
      throws IOException {
    List<Part> parts = new ArrayList<>();
    Set<String> taken = new HashSet<>(Set.of(INDEX));
    for (Map.Entry<String, ByteBuffer> file : files.entrySet()) {
      ByteBuffer content = file.getValue();
      String name = fileName(file.getKey(), taken);
      String sum = Disk.hex(Disk.checksum(content));
      parts.add(new Part(file.getKey(), name, content.remaining(), sum));
      Disk.write(folder.resolve(name), content);
    }
    String created = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Index index = new Index(VERSION, kind, key.hex(), label, created, parts, null).checked();
    Disk.write(folder.resolve(INDEX), ByteBuffer.wrap(JSON.writeValueAsBytes(index)));
  }

  /** Names may hold what file systems do not (slashes and colons of lines, case that differs). */
  private static String fileName(String name, Set<String> taken) {
    boolean plain = name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
    String ending = safe.substring(Math.max(0, safe.length() - 80));
    String file = plain ? name : taken.size() + "-" + ending;
    for (int i = taken.size(); !taken.add(file.toLowerCase(Locale.ROOT)); i++) {
      file = i + "-" + ending;
    }
    return file;
  }

  /**
   * Reads an entry and checks it.
   *
   * @throws Damaged if it is not what was written
   */
  static Map<String, ByteBuffer> read(Path folder, Store.Kind kind, Fingerprint key)
      throws IOException {
    Index index = index(folder);
    if (index.kind != kind || !key.hex().equals(index.key)) {
      throw new Damaged("it is the entry of another key, " + index.key);
    }
    Map<String, ByteBuffer> files = new LinkedHashMap<>();
    for (Part part : index.files) {
      files.put(part.name, read(folder, part));
    }
    return Collections.unmodifiableMap(files);
  }

  private static ByteBuffer read(Path folder, Part part) throws IOException {
    Path file = folder.resolve(part.file);
    if (Files.notExists(file)) {
      throw new Damaged("file '" + part.file + "' is missing");
    }
    ByteBuffer content = Disk.read(file);
    if (content.remaining() != part.size) {
      throw new Damaged(
          "file '" + part.file + "' has " + content.remaining() + " of " + part.size + " bytes");
    }
    if (!Disk.hex(Disk.checksum(content)).equals(part.crc32c)) {
      throw new Damaged("the content of file '" + part.file + "' was altered");
    }
    return content.asReadOnlyBuffer();
  }

  /** What an entry says about itself. */
  static Index index(Path folder) throws IOException {
    Path file = folder.resolve(INDEX);
    if (Files.notExists(file)) { // not for a folder that may not be searched
      throw new Damaged("file '" + INDEX + "' is missing");
    }
    Index index;
    try {
      index = JSON.readValue(Files.readAllBytes(file), Index.class);
    } catch (JsonProcessingException e) {
      Damaged damaged = new Damaged("file '" + INDEX + "' cannot be understood");
      damaged.initCause(e);
      throw damaged;
    }
    if (index == null || index.files == null || !index.equals(index.checked())) {
      throw new Damaged("the content of file '" + INDEX + "' was altered");
    }
    if (index.version != VERSION) {
      throw new Damaged("it has version " + index.version + " of this form, not " + VERSION);
    }
    return index;
  }
}
