package org.kd4j.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.store.Store.Kind;
import org.kd4j.core.store.Store.Lease;

@Timeout(30)
class FileStoreTest extends StoreContract {
  private static final LeaseFiles.Timing QUICK =
      new LeaseFiles.Timing(Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMillis(20));
  private static final String SOME = "1234567890".repeat(100);

  @TempDir Path temp;
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

  @Override
  FileStore store() {
    return new FileStore(temp.resolve("store"), notes::add, QUICK);
  }

  @Test
  void anEntryOutlivesTheProcessAndLiesWherePeopleFindIt() throws IOException {
    store().publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
    store().publish(Kind.OUTPUTS, KEY, "outputs", Map.of("logits.bin", bytes(SOME)));
    assertThat(store().find(Kind.PHASE, KEY)).contains(Map.of("weights.bin", bytes(SOME)));
    Path folder = entry(Kind.PHASE, KEY);
    assertThat(folder).isDirectory();
    assertThat(folder.resolve("weights.bin")).hasContent(SOME);
    assertThat(folder.resolve("entry.json"))
        .content()
        .contains("\"label\" : \"teacher\"", "\"size\" : 1000", KEY.hex());
    assertThat(entry(Kind.OUTPUTS, KEY)).isDirectory();
    assertThat(temp.resolve("store/tmp")).isEmptyDirectory();
    assertThat(notes).isEmpty();
  }

  @Test
  void aCrashBetweenWritingAndRenamingLeavesNothingHalf() throws IOException {
    store();
    Path tmp = temp.resolve("store/tmp");
    Owner me = Owner.current();
    Owner gone = new Owner(me.host(), me.space(), me.pid(), me.start() - 1_000_000);
    Path left = Files.createDirectory(tmp.resolve(gone + "~1"));
    EntryFolder.write(left, Kind.PHASE, KEY, "half", Map.of("f", bytes(SOME)));
    Files.delete(left.resolve("entry.json"));
    Files.writeString(tmp.resolve(gone + "~2"), "half a checkpoint");
    Path living = Files.writeString(tmp.resolve(me + "~999999999"), "still written");
    Owner far = new Owner("elsewhere", "1", 1, 1);
    Path unknown = Files.writeString(tmp.resolve(far + "~1"), "who knows");
    Path forgotten = Files.writeString(tmp.resolve(far + "~2"), "long ago");
    age(forgotten, Duration.ofDays(3));

    assertThat(store().find(Kind.PHASE, KEY)).isEmpty();
    assertThat(store().list()).isEmpty();
    assertThat(tmp).isDirectoryContaining(living::equals);
    assertThat(Disk.children(tmp)).containsExactlyInAnyOrder(living, unknown);
    assertThat(notes).isEmpty();
  }

  @Test
  void aTruncatedFileIsRecomputedAndSaid() throws IOException {
    FileStore store = store();
    store.publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
    Files.writeString(entry(Kind.PHASE, KEY).resolve("weights.bin"), SOME.substring(1));
    assertThat(store.find(Kind.PHASE, KEY)).isEmpty();
    assertThat(notes)
        .containsExactly(
            "store entry "
                + KEY.brief()
                + " (teacher) is damaged: file 'weights.bin' has 999 of 1000 bytes; it is"
                + " recomputed");
    assertThat(entry(Kind.PHASE, KEY)).doesNotExist();
    store.publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
    assertThat(store.find(Kind.PHASE, KEY)).isPresent();
    assertThat(notes).hasSize(1);
  }

  @Test
  void oneFlippedBitIsFound() throws IOException {
    FileStore store = store();
    for (String file : List.of("weights.bin", "entry.json")) {
      store.publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
      Path path = entry(Kind.PHASE, KEY).resolve(file);
      byte[] content = Files.readAllBytes(path);
      int label = new String(content, java.nio.charset.StandardCharsets.UTF_8).indexOf("teacher");
      content[Math.max(label, 500 % content.length)] ^= 1;
      Files.write(path, content);
      assertThat(store.find(Kind.PHASE, KEY)).as(file).isEmpty();
    }
    assertThat(notes).hasSize(2);
    assertThat(notes.get(0))
        .contains("(teacher) is damaged: the content of file 'weights.bin' was");
    assertThat(notes.get(1)).contains("is damaged: ").contains("entry.json");
  }

  @Test
  void aMissingFileIsDamageToo() throws IOException {
    FileStore store = store();
    for (String file : List.of("weights.bin", "entry.json")) {
      store.publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
      Files.delete(entry(Kind.PHASE, KEY).resolve(file));
      assertThat(store.find(Kind.PHASE, KEY)).isEmpty();
    }
    assertThat(notes).hasSize(2).allMatch(note -> note.contains("is missing; it is recomputed"));
  }

  @Test
  void whatCannotBeReadIsKeptAndEndsTheRun() throws IOException {
    FileStore store = store();
    for (String file : List.of("weights.bin", "entry.json")) {
      store.publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
      Path path = entry(Kind.PHASE, KEY).resolve(file);
      Path away = temp.resolve("away");
      Files.move(path, away);
      Files.createDirectory(path); // can be opened, but gives an error when it is read
      assertThatThrownBy(() -> store.find(Kind.PHASE, KEY))
          .isInstanceOf(RunException.class)
          .hasMessageStartingWith("Cannot read " + entry(Kind.PHASE, KEY) + ": ")
          .hasMessageEndingWith(
              ". It is kept as it is: once it can be read the same command goes on; or delete it,"
                  + " and it is computed again.");
      assertThat(store.list()).hasSize(1);
      Files.delete(path);
      Files.move(away, path);
      assertThat(store.find(Kind.PHASE, KEY)).isPresent();
    }
    Path checkpoint = temp.resolve("store/checkpoints").resolve(KEY.hex() + ".ckpt");
    Files.createDirectories(checkpoint);
    assertThatThrownBy(() -> store.checkpoint(KEY))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith("Cannot read " + checkpoint + ": ");
    assertThat(checkpoint).exists();
    assertThat(notes).isEmpty();
  }

  @Test
  void aDamagedEntryThatCannotBeRemovedEndsTheRunBeforeAnythingIsComputed() throws IOException {
    FileStore store = store();
    store.publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
    Files.writeString(entry(Kind.PHASE, KEY).resolve("weights.bin"), "cut");
    Path tmp = temp.resolve("store/tmp");
    Disk.delete(tmp);
    Files.writeString(tmp, "a file in the way");
    assertThatThrownBy(() -> store.find(Kind.PHASE, KEY))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith("store entry " + KEY.brief() + " (teacher) is damaged: ")
        .hasMessageContaining("; and it cannot be removed from " + entry(Kind.PHASE, KEY) + ": ")
        .hasMessageEndingWith("Delete that directory, and the same command computes it again.");
    assertThat(notes).isEmpty();
  }

  @Test
  void aDamagedEntryInTheWayOfAResultIsReplaced() throws IOException {
    FileStore store = store();
    store.publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
    Files.writeString(entry(Kind.PHASE, KEY).resolve("weights.bin"), "cut");
    store.publish(Kind.PHASE, KEY, "teacher", Map.of("weights.bin", bytes(SOME)));
    assertThat(store.find(Kind.PHASE, KEY)).contains(Map.of("weights.bin", bytes(SOME)));
  }

  @Test
  void anEntryCopiedToAnotherKeyIsNotTakenForIt() throws IOException {
    FileStore store = store();
    store.publish(Kind.PHASE, KEY, "teacher", Map.of("f", bytes(SOME)));
    Fingerprint other = Fingerprint.ofText("other");
    Files.createDirectories(entry(Kind.PHASE, other).getParent());
    Files.move(entry(Kind.PHASE, KEY), entry(Kind.PHASE, other));
    assertThat(store.find(Kind.PHASE, other)).isEmpty();
    assertThat(notes.get(0)).contains("it is the entry of another key, " + KEY.hex());
  }

  @Test
  void aCheckpointSurvivesAKillWhileTheNextTakesItsPlace() throws IOException {
    FileStore store = store();
    Path folder = temp.resolve("store/checkpoints");
    store.checkpoint(KEY, Optional.of(bytes(SOME)));
    Files.move(folder.resolve(KEY.hex() + ".ckpt"), folder.resolve(KEY.hex() + ".before"));
    assertThat(store.checkpoint(KEY)).contains(bytes(SOME));
    store.checkpoint(KEY, Optional.of(bytes(SOME)));
    store.checkpoint(KEY, Optional.of(bytes(SOME)));
    assertThat(Disk.children(folder)).containsExactly(folder.resolve(KEY.hex() + ".ckpt"));
    store.checkpoint(KEY, Optional.empty());
    assertThat(Disk.children(folder)).isEmpty();
  }

  @Test
  void twoProcessesMayReplaceOneCheckpointAtOnce() throws Exception {
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      FileStore store = store();
      Thread writer =
          new Thread(
              () -> {
                for (int n = 0; n < 1000; n++) {
                  store.checkpoint(KEY, Optional.of(bytes(SOME)));
                }
              });
      writer.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
      writers.add(writer);
      writer.start();
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(failures).isEmpty();
    assertThat(store().checkpoint(KEY)).contains(bytes(SOME));
  }

  @Test
  void aDamagedCheckpointIsDroppedAndSaid() throws IOException {
    FileStore store = store();
    Path file = temp.resolve("store/checkpoints").resolve(KEY.hex() + ".ckpt");
    List<byte[]> damages = new ArrayList<>();
    store.checkpoint(KEY, Optional.of(bytes(SOME)));
    byte[] good = Files.readAllBytes(file);
    damages.add(new byte[0]);
    damages.add(new byte[good.length]);
    damages.add(java.util.Arrays.copyOf(good, good.length - 1));
    damages.add(java.util.Arrays.copyOf(good, good.length + 1));
    damages.add(java.util.Arrays.copyOf(good, 10));
    byte[] flipped = good.clone();
    flipped[500] ^= 4;
    damages.add(flipped);
    byte[] newer = good.clone();
    newer[7]++;
    damages.add(newer);
    for (byte[] damage : damages) {
      Files.write(file, damage);
      assertThat(store.checkpoint(KEY)).isEmpty();
      assertThat(file).doesNotExist();
    }
    assertThat(notes)
        .hasSize(damages.size())
        .allMatch(note -> note.startsWith("the checkpoint of phase " + KEY.brief() + " is damaged"))
        .allMatch(note -> note.endsWith("; the phase is recomputed from its start"));
    store.checkpoint(KEY, Optional.of(bytes(SOME)));
    assertThat(store.checkpoint(KEY)).contains(bytes(SOME));
  }

  @Test
  void blanksAndLettersOfAnyAlphabetMayBeInThePath() {
    Path root;
    try {
      root = temp.resolve("my störe 学生");
    } catch (java.nio.file.InvalidPathException e) {
      Assumptions.abort("this platform's file names cannot hold them: " + e.getMessage());
      return;
    }
    FileStore store = new FileStore(root, notes::add);
    store.publish(Kind.PHASE, KEY, "a", Map.of("f", bytes(SOME)));
    store.checkpoint(KEY, Optional.of(bytes(SOME)));
    store.lease(Kind.PHASE, KEY).close();
    assertThat(store.find(Kind.PHASE, KEY)).isPresent();
    assertThat(store.checkpoint(KEY)).isPresent();
    assertThat(store.list()).hasSize(2);
    assertThat(notes).isEmpty();
  }

  @Test
  void aRootThatCannotBeWrittenIsRefusedWithTheWaysOut() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    for (Path root : List.of(file, file.resolve("below"))) {
      assertThatThrownBy(() -> new FileStore(root, notes::add))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("Cannot keep results in " + root + ": ")
          .hasMessageEndingWith(
              "The store must be a directory one may write to; name another with --store DIR or"
                  + " KD_STORE, or run without one: --no-store");
    }
  }

  @Test
  void aRootWithoutPermissionIsRefused() throws IOException {
    Path root = Files.createDirectory(temp.resolve("closed"));
    Assumptions.assumeTrue(
        root.toFile().setWritable(false) && !Files.isWritable(root),
        "nothing is closed to this user");
    assertThatThrownBy(() -> new FileStore(root, notes::add))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("permission denied");
    root.toFile().setWritable(true);
  }

  @Test
  void aRootThatIsALinkToAFolderIsAsGoodAsTheFolder() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Path link = temp.resolve("link");
    try {
      Files.createSymbolicLink(link, folder);
    } catch (IOException | UnsupportedOperationException e) {
      Assumptions.abort("no links here: " + e);
    }
    new FileStore(link, notes::add).publish(Kind.PHASE, KEY, "a", Map.of("f", bytes(SOME)));
    assertThat(new FileStore(folder, notes::add).find(Kind.PHASE, KEY)).isPresent();
  }

  @Test
  void whatCannotBeWrittenEndsTheRunAndKeepsWhatIsThere() throws IOException {
    FileStore store = store();
    store.publish(Kind.PHASE, KEY, "a", Map.of("f", bytes(SOME)));
    Path tmp = temp.resolve("store/tmp");
    Disk.delete(tmp);
    Files.writeString(tmp, "a file in the way stands for a full disk");
    Fingerprint other = Fingerprint.ofText("other");
    assertThatThrownBy(() -> store.publish(Kind.PHASE, other, "b", Map.of("f", bytes(SOME))))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith("Cannot write " + entry(Kind.PHASE, other) + ": ")
        .hasMessageContaining(" MB free there")
        .hasMessageContaining("Everything finished so far is kept: make room there");
    assertThatThrownBy(() -> store.checkpoint(other, Optional.of(bytes(SOME))))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(other.hex() + ".ckpt");
    assertThat(store.find(Kind.PHASE, KEY)).isPresent();
  }

  @Test
  void aStoreDeletedWhileItIsOpenIsMadeAnew() {
    FileStore store = store();
    Disk.delete(temp.resolve("store"));
    store.publish(Kind.PHASE, KEY, "a", Map.of("f", bytes(SOME)));
    Disk.delete(temp.resolve("store"));
    store.checkpoint(KEY, Optional.of(bytes(SOME)));
    Disk.delete(temp.resolve("store"));
    store.lease(Kind.PHASE, KEY).close();
    assertThat(store.find(Kind.PHASE, KEY)).isEmpty();
    assertThat(notes).isEmpty();
  }

  @Test
  void theListTellsWhatThereIsTheLastUsedFirst() throws IOException {
    FileStore store = store();
    Fingerprint outputs = Fingerprint.ofText("outputs");
    Fingerprint unfinished = Fingerprint.ofText("unfinished");
    store.publish(Kind.PHASE, KEY, "teacher", Map.of("f", bytes(SOME)));
    store.publish(Kind.OUTPUTS, outputs, "its outputs", Map.of("f", bytes(SOME)));
    store.checkpoint(unfinished, Optional.of(bytes(SOME)));
    Files.writeString(temp.resolve("store/phases/.DS_Store"), "not ours");
    age(entry(Kind.PHASE, KEY).resolve("entry.json"), Duration.ofHours(2));
    age(entry(Kind.OUTPUTS, outputs).resolve("entry.json"), Duration.ofHours(1));

    assertThat(store.list()).extracting(Listing::key).containsExactly(unfinished, outputs, KEY);
    assertThat(store.list()).extracting(Listing::finished).containsExactly(false, true, true);
    assertThat(store.list().get(1).label()).isEqualTo("its outputs");
    assertThat(store.list().get(1).kind()).isEqualTo(Kind.OUTPUTS);
    assertThat(store.list()).allMatch(listing -> listing.bytes() > 1000);

    assertThat(store.find(Kind.PHASE, KEY)).isPresent();
    assertThat(store.list().get(0).key()).isEqualTo(KEY);
  }

  @Test
  void clearingFreesWhatWasChosenAndNothingInUse() {
    FileStore store = store();
    Fingerprint leased = Fingerprint.ofText("leased");
    Fingerprint elsewhere = Fingerprint.ofText("elsewhere");
    Fingerprint kept = Fingerprint.ofText("kept");
    for (Fingerprint key : List.of(KEY, leased, elsewhere, kept)) {
      store.publish(Kind.PHASE, key, "label", Map.of("f", bytes(SOME)));
    }
    store.checkpoint(Fingerprint.ofText("unfinished"), Optional.of(bytes(SOME)));
    long all = store.list().stream().mapToLong(Listing::bytes).sum();
    try (Lease here = store.lease(Kind.PHASE, leased);
        Lease there = store().lease(Kind.PHASE, elsewhere)) {
      assertThat(here).isNotEqualTo(there);
      long freed = store.clear(listing -> !listing.key().equals(kept));
      assertThat(store.list())
          .extracting(Listing::key)
          .containsExactlyInAnyOrder(leased, elsewhere, kept);
      assertThat(freed).isEqualTo(all - store.list().stream().mapToLong(Listing::bytes).sum());
    }
    assertThat(store.clear(listing -> true)).isPositive();
    assertThat(store.list()).isEmpty();
    assertThat(temp.resolve("store/tmp")).isEmptyDirectory();
    assertThat(notes).isEmpty();
  }

  @Test
  void aDamagedEntryCanBeListedAndCleared() throws IOException {
    FileStore store = store();
    store.publish(Kind.PHASE, KEY, "a", Map.of("f", bytes(SOME)));
    Files.writeString(entry(Kind.PHASE, KEY).resolve("entry.json"), "{");
    assertThat(store.list()).extracting(Listing::label).containsExactly("damaged");
    assertThat(store.clear(listing -> true)).isEqualTo(1001);
  }

  @Test
  void theCheckpointOfAFinishedPhaseIsSweptAtOpening() {
    FileStore store = store();
    store.checkpoint(KEY, Optional.of(bytes(SOME)));
    store().checkpoint(KEY).orElseThrow();
    store.publish(Kind.PHASE, KEY, "a", Map.of("f", bytes(SOME)));
    try (Lease lease = store.lease(Kind.PHASE, KEY)) {
      assertThat(lease).isNotNull();
      assertThat(store().checkpoint(KEY)).isPresent();
    }
    assertThat(store().checkpoint(KEY)).isEmpty();
  }

  @Test
  void twoStoresOfOneFolderRespectEachOthersLeases() throws Exception {
    FileStore one = store();
    FileStore two = store();
    Lease held = one.lease(Kind.PHASE, KEY);
    Thread other = new Thread(() -> two.lease(Kind.PHASE, KEY).close());
    other.start();
    other.join(1300); // longer than a lease without a heartbeat would last
    assertThat(other.isAlive()).isTrue();
    held.close();
    other.join();
    assertThat(temp.resolve("store/leases")).isEmptyDirectory();
  }

  @Test
  void aLeaseWithoutAHeartbeatIsTakenOverAndItsHolderTakesNothingBack() throws Exception {
    FileStore store = store();
    Owner far = new Owner("elsewhere", "1", 1, 1);
    Path file = lease(Kind.PHASE, KEY);
    Files.createDirectories(file.getParent());
    Files.writeString(file, far + "\n1\n");
    long start = System.nanoTime();
    Lease lease = store.lease(Kind.PHASE, KEY);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(QUICK.lapse(), Duration.ofSeconds(10));
    assertThat(Files.readString(file)).startsWith(Owner.current().toString());

    String next = far + "\n2\n"; // it believed we had lapsed
    Files.writeString(file, next);
    lease.close();
    assertThat(file).hasContent(next);
  }

  @Test
  void aLeaseThatIsTouchedDoesNotLapse() throws Exception {
    FileStore store = store();
    Path file = lease(Kind.PHASE, KEY);
    Files.createDirectories(file.getParent());
    Files.writeString(file, new Owner("elsewhere", "1", 4711, 1) + "\n1\n");
    Thread waiting = new Thread(() -> store.lease(Kind.PHASE, KEY).close());
    waiting.start();
    // By our clock all these are half an hour old; the clock over there may be slow.
    for (int i = 0; i < 14; i++) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(1800)));
      Thread.sleep(100);
    }
    assertThat(waiting.isAlive()).isTrue();
    assertThat(notes)
        .containsExactly(
            "waiting for phase " + KEY.brief() + ", on which process 4711 on elsewhere works");
    Files.delete(file);
    waiting.join();
  }

  @Test
  void aLeaseOfAProcessThatIsGoneIsTakenOverAtOnce() throws Exception {
    FileStore store = new FileStore(temp.resolve("store"), notes::add);
    Owner me = Owner.current();
    Path file = lease(Kind.PHASE, KEY);
    Files.createDirectories(file.getParent());
    // Its id is ours now, but it started at another time.
    Files.writeString(file, new Owner(me.host(), me.space(), me.pid(), 1) + "\n1\n");
    long start = System.nanoTime();
    store.lease(Kind.PHASE, KEY).close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void theDefaultRootIsWhereThePlatformKeepsCaches() {
    Path home = temp.resolve("home");
    Map<String, String> env = Map.of("HOME", home.toString());
    assertThat(FileStore.defaultRoot(env, "Linux")).isEqualTo(home.resolve(".cache/kd4j"));
    assertThat(FileStore.defaultRoot(env, "Mac OS X"))
        .isEqualTo(home.resolve("Library/Caches/kd4j"));
    assertThat(
            FileStore.defaultRoot(
                Map.of("HOME", home.toString(), "XDG_CACHE_HOME", temp.toString()), "Linux"))
        .isEqualTo(temp.resolve("kd4j"));
    assertThat(
            FileStore.defaultRoot(
                Map.of("HOME", home.toString(), "XDG_CACHE_HOME", "relative"), "Linux"))
        .isEqualTo(home.resolve(".cache/kd4j"));
    assertThat(FileStore.defaultRoot(Map.of("LOCALAPPDATA", temp.toString()), "Windows 11"))
        .isEqualTo(temp.resolve("kd4j"));
    assertThat(FileStore.defaultRoot(Map.of("KD_STORE", temp.toString()))).isEqualTo(temp);
    assertThat(FileStore.defaultRoot(Map.of()).isAbsolute()).isTrue();
    assertThatThrownBy(() -> FileStore.defaultRoot(Map.of("KD_STORE", "a\u0000b")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("KD_STORE must name a directory");
  }

  private Path entry(Kind kind, Fingerprint key) {
    return temp.resolve("store")
        .resolve(kind == Kind.PHASE ? "phases" : "outputs")
        .resolve(key.hex().substring(0, 2))
        .resolve(key.hex());
  }

  private Path lease(Kind kind, Fingerprint key) {
    String name = kind.name().toLowerCase(java.util.Locale.ROOT) + "-" + key.hex() + ".lease";
    return temp.resolve("store/leases").resolve(name);
  }

  private static void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }
}
