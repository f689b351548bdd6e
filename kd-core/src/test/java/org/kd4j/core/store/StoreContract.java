package org.kd4j.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.RunException;
import org.kd4j.core.store.Store.Kind;
import org.kd4j.core.store.Store.Lease;

/** What every store promises; one subclass per store. */
@Timeout(30)
abstract class StoreContract {
  static final Fingerprint KEY = Fingerprint.ofText("a phase");

  abstract Store store();

  @Test
  void whatWasPublishedIsFoundAsItWas() {
    Store store = store();
    Map<String, ByteBuffer> files = new LinkedHashMap<>();
    files.put("weights.bin", bytes("some weights"));
    files.put("empty", bytes(""));
    files.put("history.json", bytes("{}"));
    store.publish(Kind.PHASE, KEY, "teacher", files);

    Map<String, ByteBuffer> found = store.find(Kind.PHASE, KEY).orElseThrow();
    assertThat(found).isEqualTo(files);
    assertThat(found.keySet()).containsExactly("weights.bin", "empty", "history.json");
  }

  @Test
  void anythingMayBeTheNameOfAFile() {
    Store store = store();
    Map<String, ByteBuffer> files = new LinkedHashMap<>();
    for (String name :
        List.of(
            "assistant/cnn:6",
            "assistant_cnn_6",
            "../up",
            "A",
            "a",
            "entry.json",
            "größe",
            "1-a",
            "",
            ".",
            "n".repeat(300))) {
      files.put(name, bytes("content of " + name));
    }
    store.publish(Kind.PHASE, KEY, "label \"with\" quotes\nand ünïcode", files);
    assertThat(store.find(Kind.PHASE, KEY)).contains(files);
  }

  @Test
  void kindsAndKeysAreKeptApart() {
    Store store = store();
    store.publish(Kind.PHASE, KEY, "a", Map.of("f", bytes("1")));
    assertThat(store.find(Kind.OUTPUTS, KEY)).isEmpty();
    assertThat(store.find(Kind.PHASE, Fingerprint.ofText("other"))).isEmpty();
    store.publish(Kind.OUTPUTS, KEY, "b", Map.of("f", bytes("2")));
    assertThat(store.find(Kind.PHASE, KEY)).contains(Map.of("f", bytes("1")));
  }

  @Test
  void whatIsThereStays() {
    Store store = store();
    store.publish(Kind.PHASE, KEY, "a", Map.of("f", bytes("first")));
    store.publish(Kind.PHASE, KEY, "b", Map.of("f", bytes("second")));
    assertThat(store.find(Kind.PHASE, KEY)).contains(Map.of("f", bytes("first")));
  }

  @Test
  void partsOfBuffersAndBuffersOutsideTheHeapAreWrittenAsTheyStand() {
    Store store = store();
    ByteBuffer part = bytes("0123456789").position(2).limit(5);
    ByteBuffer direct = ByteBuffer.allocateDirect(3_000_000).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < direct.capacity(); i++) {
      direct.put(i, (byte) (i * 31));
    }
    store.publish(Kind.PHASE, KEY, "a", Map.of("part", part, "direct", direct));
    assertThat(part.position()).isEqualTo(2);
    assertThat(part.limit()).isEqualTo(5);
    assertThat(direct.remaining()).isEqualTo(3_000_000);
    assertThat(store.find(Kind.PHASE, KEY))
        .contains(Map.of("part", bytes("234"), "direct", direct));

    store.checkpoint(KEY, Optional.of(direct));
    assertThat(store.checkpoint(KEY)).contains(direct);
  }

  @Test
  void readersCannotDisturbEachOther() {
    Store store = store();
    ByteBuffer mine = bytes("abc");
    store.publish(Kind.PHASE, KEY, "a", Map.of("f", mine));
    store.checkpoint(KEY, Optional.of(mine));
    mine.put(0, (byte) 'x');
    ByteBuffer first = store.find(Kind.PHASE, KEY).orElseThrow().get("f");
    first.get();
    assertThatThrownBy(() -> first.put(0, (byte) 'y')).isInstanceOf(ReadOnlyBufferException.class);
    store.checkpoint(KEY).orElseThrow().get();
    assertThat(store.find(Kind.PHASE, KEY)).contains(Map.of("f", bytes("abc")));
    assertThat(store.checkpoint(KEY)).contains(bytes("abc"));
    assertThat(store.checkpoint(KEY).orElseThrow().order()).isEqualTo(ByteOrder.BIG_ENDIAN);
  }

  @Test
  void theLastCheckpointCountsUntilItIsRemoved() {
    Store store = store();
    assertThat(store.checkpoint(KEY)).isEmpty();
    store.checkpoint(KEY, Optional.empty());
    store.checkpoint(KEY, Optional.of(bytes("epoch 1")));
    store.checkpoint(KEY, Optional.of(bytes("epoch 2, longer")));
    assertThat(store.checkpoint(KEY)).contains(bytes("epoch 2, longer"));
    assertThat(store.checkpoint(Fingerprint.ofText("other"))).isEmpty();
    store.checkpoint(KEY, Optional.empty());
    assertThat(store.checkpoint(KEY)).isEmpty();
  }

  @Test
  void aPhaseThatManyThreadsNeedIsComputedOnce() throws Exception {
    Store store = store();
    AtomicInteger computed = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<String>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      results.add(
          threads.submit(
              () -> {
                try (Lease lease = store.lease(Kind.PHASE, KEY)) {
                  assertThat(lease).isNotNull();
                  if (store.find(Kind.PHASE, KEY).isEmpty()) {
                    computed.incrementAndGet();
                    Thread.sleep(50);
                    store.publish(Kind.PHASE, KEY, "a", Map.of("f", bytes("result")));
                  }
                }
                return text(store.find(Kind.PHASE, KEY).orElseThrow().get("f"));
              }));
    }
    for (Future<String> result : results) {
      assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo("result");
    }
    threads.shutdown();
    assertThat(computed).hasValue(1);
  }

  @Test
  void threadsGetALeaseInTheOrderTheyAsked() throws Exception {
    Store store = store();
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    try (Lease first = store.lease(Kind.PHASE, KEY)) {
      assertThat(first).isNotNull();
      for (int i = 0; i < 4; i++) {
        int number = i;
        Thread thread =
            new Thread(
                () -> {
                  try (Lease lease = store.lease(Kind.PHASE, KEY)) {
                    assertThat(lease).isNotNull();
                    order.add(number);
                  }
                });
        thread.start();
        awaitWaiting(thread);
        threads.add(thread);
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).containsExactly(0, 1, 2, 3);
  }

  @Test
  void leasesOfDifferentEntriesDoNotWaitForEachOther() {
    Store store = store();
    try (Lease one = store.lease(Kind.PHASE, KEY);
        Lease two = store.lease(Kind.OUTPUTS, KEY);
        Lease three = store.lease(Kind.PHASE, Fingerprint.ofText("other"))) {
      assertThat(List.of(one, two, three)).doesNotHaveDuplicates();
    }
  }

  @Test
  void aLeaseMayBeClosedByAnotherThreadAndMoreThanOnce() throws Exception {
    Store store = store();
    Lease lease = store.lease(Kind.PHASE, KEY);
    Thread closer = new Thread(lease::close);
    closer.start();
    closer.join();
    Lease next = store.lease(Kind.PHASE, KEY);
    lease.close(); // gives nothing of the next one's back
    Thread other = new Thread(() -> store.lease(Kind.PHASE, KEY).close());
    other.start();
    awaitWaiting(other);
    next.close();
    other.join();
  }

  @Test
  void anInterruptedWaitSaysSoAndLeavesTheLeaseToOthers() throws Exception {
    Store store = store();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch ended = new CountDownLatch(1);
    try (Lease lease = store.lease(Kind.PHASE, KEY)) {
      assertThat(lease).isNotNull();
      Thread waiting =
          new Thread(
              () -> {
                try {
                  store.lease(Kind.PHASE, KEY);
                } catch (RunException e) {
                  thrown.set(Thread.currentThread().isInterrupted() ? e : null);
                }
                ended.countDown();
              });
      waiting.start();
      awaitWaiting(waiting);
      waiting.interrupt();
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(thrown.get())
        .hasMessageStartingWith("Interrupted while waiting for phase " + KEY.brief())
        .hasMessageContaining("the same command goes on from there");
    store.lease(Kind.PHASE, KEY).close();
  }

  static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
