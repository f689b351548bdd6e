package org.kd4j.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a folder, shared by all processes that name the same folder, on one machine or
 * several.
 *
 * <pre>
 * phases/3f/3f09…/entry.json, …   a result: its files, and what they must be
 * outputs/a1/a10c…/…              outputs of a teacher
 * checkpoints/3f09….ckpt          the last checkpoint of a phase without a result
 * checkpoints/3f09….before        the one before, while the last takes its place
 * leases/phase-3f09….lease        who works on it
 * tmp/…                           what is being written, or will be written over; swept when its
 *                                 process is gone
 * </pre>
 *
 * <p>Everything is written under {@code tmp} and then renamed, so a crash of the process leaves
 * nothing half. Nothing is forced to the disk itself: that would cost seconds per phase, and what a
 * power failure tears is found by the checksums and computed again.
 */
public final class FileStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);
  private static final AtomicLong COUNT = new AtomicLong();

  /** Of another machine's temporary files it is not known whether they are still written. */
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  private static final int CHECKPOINT_MAGIC = 0x6b64_636b; // "kdck"
  private static final int CHECKPOINT_VERSION = 1;
  private static final int CHECKPOINT_HEADER = 4 + 4 + 8 + 4;

  private final Path root;
  private final Consumer<String> notes;
  private final Turns turns = new Turns();

  /** Where the next checkpoint is written: over the last but one, which takes half the time. */
  private final Map<Fingerprint, Path> spares = new ConcurrentHashMap<>();

  private final LeaseFiles leases;

  /**
   * Opens a store, making its folder where there is none.
   *
   * @param root its folder
   * @param notes is told what a user should know: an entry that was damaged, a wait for another
   *     process; from any thread
   * @throws UsageException if nothing can be written there
   */
  public FileStore(Path root, Consumer<String> notes) {
    this(root, notes, LeaseFiles.Timing.USUAL);
  }

  FileStore(Path root, Consumer<String> notes, LeaseFiles.Timing timing) {
    this.root = root.toAbsolutePath();
    this.notes = notes;
    this.leases = new LeaseFiles(this.root.resolve("leases"), timing, notes);
    open();
    sweep();
  }

  /**
   * Where the store is if nobody says otherwise: the folder that {@code KD_STORE} names, else
   * {@code kd4j} in the user's folder for caches.
   *
   * @param env the environment variables
   * @return its folder, which need not be there
   */
  public static Path defaultRoot(Map<String, String> env) {
    return defaultRoot(env, System.getProperty("os.name", ""));
  }

  static Path defaultRoot(Map<String, String> env, String system) {
    String named = env.getOrDefault("KD_STORE", "").strip();
    if (!named.isEmpty()) {
      try {
        return Path.of(named);
      } catch (InvalidPathException e) {
        throw new UsageException(
            "KD_STORE must name a directory, was '" + named + "' (" + e.getReason() + ")", e);
      }
    }
    // The property is "?" for a user without an account, as in many containers.
    Path home = Path.of(env.getOrDefault("HOME", System.getProperty("user.home", ".")));
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return absolute(env, "LOCALAPPDATA").orElse(home.resolve("AppData/Local")).resolve("kd4j");
    } else if (name.startsWith("mac")) {
      return home.resolve("Library/Caches/kd4j");
    }
    return absolute(env, "XDG_CACHE_HOME").orElse(home.resolve(".cache")).resolve("kd4j");
  }

  /** The XDG specification wants relative paths ignored. */
  private static Optional<Path> absolute(Map<String, String> env, String variable) {
    return Optional.ofNullable(env.get(variable))
        .filter(text -> !text.isBlank())
        .map(Path::of)
        .filter(Path::isAbsolute);
  }

  /** Where this store is. */
  public Path root() {
    return root;
  }

  @Override
  public Optional<Map<String, ByteBuffer>> find(Kind kind, Fingerprint key) {
    Path folder = folder(kind, key);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try {
      Map<String, ByteBuffer> files = EntryFolder.read(folder, kind, key);
      touch(folder.resolve(EntryFolder.INDEX));
      return Optional.of(files);
    } catch (Damaged e) {
      drop(folder, key, e);
      return Optional.empty();
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        return Optional.empty(); // it was cleared this moment
      }
      throw Disk.unread(folder, e);
    }
  }

  /** Makes room for the entry to be computed again, unless it was cleared this moment. */
  private void drop(Path folder, Fingerprint key, Damaged difference) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    String name = "store entry " + key.brief() + labelled(folder);
    String damage = name + " is damaged: " + difference.getMessage();
    try {
      remove(folder);
    } catch (IOException e) {
      if (Files.isDirectory(folder)) { // computing it again would be in vain
        throw new RunException(
            damage
                + "; and it cannot be removed from "
                + folder
                + ": "
                + Disk.reason(e)
                + ". Delete that directory, and the same command computes it again.",
            e);
      }
    }
    notes.accept(damage + "; it is recomputed");
  }

  private static String labelled(Path folder) {
    try {
      return " (" + EntryFolder.index(folder).label() + ")";
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void publish(Kind kind, Fingerprint key, String label, Map<String, ByteBuffer> files) {
    Path folder = folder(kind, key);
    if (Files.isDirectory(folder) && find(kind, key).isPresent()) {
      return;
    }
    Path temporary = temporary();
    dropSpare(key);
    try {
      Disk.folder(temporary);
      EntryFolder.write(temporary, kind, key, label, files);
      Disk.folder(folder.getParent());
      rename(temporary, folder);
    } catch (IOException e) {
      throw Disk.unwritten(folder, e);
    } finally {
      Disk.delete(temporary);
    }
  }

  /** Systems differ in how they refuse to rename onto a folder; that it is there tells enough. */
  private static void rename(Path temporary, Path folder) throws IOException {
    try {
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      LOG.debug("{} was published by another meanwhile; theirs stays", folder);
    }
  }

  @Override
  public Optional<ByteBuffer> checkpoint(Fingerprint key) {
    Path last = checkpointFile(key);
    Path file = Files.exists(last) ? last : checkpointBefore(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(content(Disk.read(file)));
    } catch (Damaged e) {
      notes.accept(
          "the checkpoint of phase "
              + key.brief()
              + " is damaged: "
              + e.getMessage()
              + "; the phase is recomputed from its start");
      discard(file);
      return Optional.empty();
    } catch (IOException e) {
      if (!Files.exists(file)) {
        return Optional.empty(); // it was cleared this moment
      }
      throw Disk.unread(file, e);
    }
  }

  private static ByteBuffer content(ByteBuffer file) throws Damaged {
    int bytes = file.remaining();
    if (bytes < CHECKPOINT_HEADER || file.getInt() != CHECKPOINT_MAGIC) {
      throw new Damaged("it is no checkpoint (" + bytes + " bytes)");
    }
    int version = file.getInt();
    if (version != CHECKPOINT_VERSION) {
      throw new Damaged("it has version " + version + ", not " + CHECKPOINT_VERSION);
    }
    long length = file.getLong();
    int checksum = file.getInt();
    if (length != file.remaining()) {
      throw new Damaged("it has " + file.remaining() + " of " + length + " bytes");
    }
    ByteBuffer content = file.slice();
    if (Disk.checksum(content) != checksum) {
      throw new Damaged("its content was altered");
    }
    return content.asReadOnlyBuffer();
  }

  @Override
  public void checkpoint(Fingerprint key, Optional<ByteBuffer> content) {
    Path file = checkpointFile(key);
    Path before = checkpointBefore(key);
    if (content.isEmpty()) {
      Disk.delete(file);
      Disk.delete(before);
      dropSpare(key);
      return;
    }
    boolean own = spares.containsKey(key); // else the last was written by another process
    Path spare = spares.computeIfAbsent(key, absent -> temporary());
    ByteBuffer state = content.get();
    ByteBuffer header = ByteBuffer.allocate(CHECKPOINT_HEADER);
    header.putInt(CHECKPOINT_MAGIC).putInt(CHECKPOINT_VERSION);
    header.putLong(state.remaining()).putInt(Disk.checksum(state)).flip();
    try {
      Disk.folder(spare.getParent());
      Disk.overwrite(spare, header, state);
      Disk.folder(file.getParent());
      // Two renames, not one onto the old file: there ext4 waits for the disk, five times as long.
      setAside(file, before);
      Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Disk.delete(spare);
      throw Disk.unwritten(file, e);
    }
    // The checkpoint is in its place: where this fails nothing is lost but a little time.
    if (!own || !before.toFile().renameTo(spare.toFile())) {
      Disk.delete(before);
    }
  }

  /** Makes room for the next checkpoint; another process on the same phase may do so meanwhile. */
  private static void setAside(Path file, Path before) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try {
      Files.move(file, before, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      LOG.debug("{} was moved by another meanwhile", file);
    }
  }

  private void dropSpare(Fingerprint key) {
    Path spare = spares.remove(key);
    if (spare != null) {
      Disk.delete(spare);
    }
  }

  @Override
  public Lease lease(Kind kind, Fingerprint key) {
    String name = leaseName(kind, key);
    String described = Turns.described(kind, key);
    Lease turn = turns.await(name, described);
    try {
      Lease file = leases.await(name, described);
      return Turns.once(
          () -> {
            dropSpare(key); // of a phase that failed; others have none any more
            closeBoth(file, turn);
          });
    } catch (RuntimeException | Error e) {
      turn.close();
      throw e;
    }
  }

  private static void closeBoth(Lease file, Lease turn) {
    try {
      file.close();
    } finally {
      turn.close();
    }
  }

  /**
   * All entries, and the checkpoints of phases that have no result yet; the last used first.
   *
   * @return what there is now
   */
  public List<Listing> list() {
    List<Listing> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Path shelf : Disk.children(root.resolve(shelf(kind)))) {
        for (Path folder : Disk.children(shelf)) {
          key(folder, "").ifPresent(key -> all.add(listing(kind, key, folder)));
        }
      }
    }
    for (Path file : Disk.children(root.resolve("checkpoints"))) {
      key(file, ".ckpt")
          .or(() -> key(file, ".before"))
          .ifPresent(
              key ->
                  all.add(
                      new Listing(
                          Kind.PHASE, key, "checkpoint", false, Disk.size(file), modified(file))));
    }
    all.sort(Comparator.comparing(Listing::used).reversed());
    return List.copyOf(all);
  }

  private static Listing listing(Kind kind, Fingerprint key, Path folder) {
    String label;
    try {
      label = EntryFolder.index(folder).label();
    } catch (IOException e) {
      label = e instanceof Damaged ? "damaged" : "unreadable";
    }
    Instant used = modified(folder.resolve(EntryFolder.INDEX));
    return new Listing(kind, key, label, true, Disk.size(folder), used);
  }

  private static Instant modified(Path path) {
    try {
      return Files.getLastModifiedTime(path).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  private static Optional<Fingerprint> key(Path path, String ending) {
    String name = path.getFileName().toString();
    String hex = name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : "";
    return Fingerprint.isHex(hex) ? Optional.of(new Fingerprint(hex)) : Optional.empty();
  }

  /**
   * Removes entries and checkpoints; those that anybody works on stay.
   *
   * @param which the ones to remove
   * @return the bytes freed
   */
  public long clear(Predicate<Listing> which) {
    long freed = 0;
    for (Listing entry : list()) {
      if (which.test(entry)) {
        freed += clear(entry);
      }
    }
    return freed;
  }

  private long clear(Listing entry) {
    String name = leaseName(entry.kind(), entry.key());
    if (turns.inUse(name) || leases.isHeld(name)) {
      return 0;
    }
    // Not under a lease of our own: on a full disk there is no room for one. Whoever begins to work
    // on it this moment finds it absent and computes it.
    return entry.finished()
        ? discard(folder(entry.kind(), entry.key()))
        : discard(checkpointFile(entry.key())) + discard(checkpointBefore(entry.key()));
  }

  /**
   * Removes an entry at once, by renaming it first: a reader finds all of it or nothing. One that
   * cannot be renamed stays.
   */
  private long discard(Path path) {
    try {
      return remove(path);
    } catch (IOException e) {
      LOG.debug("{} could not be moved aside", path, e);
      return 0;
    }
  }

  private long remove(Path path) throws IOException {
    Path aside = temporary();
    Disk.folder(aside.getParent());
    Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
    long bytes = Disk.size(aside);
    Disk.delete(aside);
    return bytes - Disk.size(aside);
  }

  private void open() {
    try {
      Disk.folder(root);
      Path probe = Disk.folder(root.resolve("tmp")).resolve(temporary().getFileName());
      Disk.write(probe, ByteBuffer.allocate(0));
      Files.delete(probe);
    } catch (IOException e) {
      throw new UsageException(
          "Cannot keep results in "
              + root
              + ": "
              + Disk.reason(e)
              + ". The store must be a directory one may write to; name another with --store DIR"
              + " or KD_STORE, or run without one: --no-store",
          e);
    }
  }

  /** Removes what processes left that did not end well. */
  private void sweep() {
    for (Path left : Disk.children(root.resolve("tmp"))) {
      if (isForgotten(left)) {
        LOG.debug("removing {}, left by a process that is gone", left);
        Disk.delete(left);
      }
    }
    for (Path left : Disk.children(root.resolve("leases"))) {
      if (left.toString().endsWith(".gone") && isForgotten(left)) {
        Disk.delete(left);
      }
    }
    for (Path file : Disk.children(root.resolve("checkpoints"))) {
      // Killed between publishing the result and removing the checkpoint.
      key(file, ".ckpt")
          .or(() -> key(file, ".before"))
          .filter(key -> Files.isDirectory(folder(Kind.PHASE, key)))
          .filter(key -> !Files.exists(leaseFile(key)))
          .ifPresent(key -> Disk.delete(file));
    }
  }

  private static boolean isForgotten(Path left) {
    String name = left.getFileName().toString();
    Optional<Owner> owner = Owner.parse(name.substring(0, Math.max(0, name.lastIndexOf('~'))));
    if (owner.map(Owner::isLocal).orElse(false)) {
      return owner.get().isGone();
    }
    return modified(left).isBefore(Instant.now().minus(FORGOTTEN));
  }

  private Path temporary() {
    return root.resolve("tmp").resolve(Owner.current() + "~" + COUNT.incrementAndGet());
  }

  private Path folder(Kind kind, Fingerprint key) {
    return root.resolve(shelf(kind)).resolve(key.hex().substring(0, 2)).resolve(key.hex());
  }

  private Path checkpointFile(Fingerprint key) {
    return root.resolve("checkpoints").resolve(key.hex() + ".ckpt");
  }

  private Path checkpointBefore(Fingerprint key) {
    return root.resolve("checkpoints").resolve(key.hex() + ".before");
  }

  private Path leaseFile(Fingerprint key) {
    return root.resolve("leases").resolve(leaseName(Kind.PHASE, key) + ".lease");
  }

  private static String leaseName(Kind kind, Fingerprint key) {
    return kind.name().toLowerCase(Locale.ROOT) + "-" + key.hex();
  }

  private static String shelf(Kind kind) {
    return kind == Kind.PHASE ? "phases" : "outputs";
  }

  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("the use of {} could not be noted", file, e); // another user's file, say
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
