package org.kd4j.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.store.Store.Kind;
import org.kd4j.core.store.Store.Lease;

/** The store between processes: real ones, which also get killed. */
@Timeout(60)
class ProcessesTest {
  private static final Fingerprint KEY = Fingerprint.ofText("a phase");

  @TempDir Path temp;
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

  @Test
  void twoProcessesNeverHoldOneLeaseTogether() throws Exception {
    Path root = temp.resolve("a store");
    Process child = child("contend", root);
    BufferedReader output = output(child);
    assertThat(output.readLine()).isEqualTo("ready");
    contend(root);
    assertThat(child.waitFor()).isZero();

    Set<String> inside = new HashSet<>();
    Set<String> seen = new HashSet<>();
    for (String line : Files.readAllLines(root.resolve("log"))) {
      String[] words = line.split(" ");
      seen.add(words[1]);
      if (words[0].equals("in")) {
        assertThat(inside).as("within the lease when %s enters", words[1]).isEmpty();
        inside.add(words[1]);
      } else {
        inside.remove(words[1]);
      }
    }
    assertThat(seen).as("processes that took part").hasSize(2);
    assertThat(Disk.children(root.resolve("leases"))).isEmpty();
  }

  private static void contend(Path root) throws IOException, InterruptedException {
    FileStore store = new FileStore(root, note -> {}, QUICK);
    long me = ProcessHandle.current().pid();
    for (int i = 0; i < 30; i++) {
      try (Lease lease = store.lease(Kind.PHASE, KEY)) {
        assertThat(lease).isNotNull();
        log(root, "in " + me);
        Thread.sleep(3);
        log(root, "out " + me);
      }
      Thread.sleep(3);
    }
  }

  private static void log(Path root, String line) throws IOException {
    Files.writeString(
        root.resolve("log"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void theLeaseOfAKilledProcessIsFreeAtOnce() throws Exception {
    Path root = temp.resolve("store");
    Process child = child("hold", root);
    assertThat(output(child).readLine()).isEqualTo("ready");
    FileStore store = new FileStore(root, notes::add);
    assertThat(store.clear(listing -> true)).as("freed of what is in use").isZero();
    child.destroyForcibly().waitFor();

    long start = System.nanoTime();
    try (Lease lease = store.lease(Kind.PHASE, KEY)) {
      assertThat(lease).isNotNull();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(store.checkpoint(KEY)).contains(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void aProcessKilledWhileItWritesLeavesOnlyWholeEntries() throws Exception {
    Path root = temp.resolve("store");
    Process child = child("write", root);
    BufferedReader output = output(child);
    for (int i = 0; i < 5; i++) {
      assertThat(output.readLine()).startsWith("published");
    }
    child.destroyForcibly().waitFor();

    FileStore store = new FileStore(root, notes::add);
    List<Listing> there = store.list();
    assertThat(there).hasSizeGreaterThanOrEqualTo(5);
    for (Listing listing : there) {
      if (listing.finished()) {
        assertThat(store.find(listing.kind(), listing.key())).isPresent();
      } else {
        assertThat(store.checkpoint(listing.key())).isPresent();
      }
    }
    assertThat(notes).isEmpty();
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  private static final LeaseFiles.Timing QUICK =
      new LeaseFiles.Timing(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofMillis(2));

  /** What the other process does. */
  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[1]);
    FileStore store = new FileStore(root, note -> {});
    switch (arguments[0]) {
      case "contend" -> {
        say("ready");
        contend(root);
      }
      case "hold" -> {
        Lease lease = store.lease(Kind.PHASE, KEY);
        store.checkpoint(KEY, Optional.of(ByteBuffer.wrap(new byte[] {1, 2, 3})));
        say("ready");
        Thread.sleep(60_000);
        lease.close();
      }
      default -> {
        for (int i = 0; i < 400; i++) {
          ByteBuffer content = ByteBuffer.allocate(1 << 20);
          content.putInt(0, i);
          store.checkpoint(KEY, Optional.of(content));
          store.publish(Kind.PHASE, Fingerprint.ofText("" + i), "a", Map.of("f", content));
          say("published " + i);
        }
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static Process child(String task, Path root) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            ProcessesTest.class.getName(),
            task,
            root.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }
}
