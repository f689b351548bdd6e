package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.store.Store;

class StudyMemoryTest {
  private static final Fingerprint TEACHER = Fingerprint.ofText("teacher");
  private static final Fingerprint ONE = Fingerprint.ofText("one");
  private static final Fingerprint TWO = Fingerprint.ofText("two");

  private final StudyMemory memory =
      new StudyMemory(List.of(Set.of(TEACHER, ONE), Set.of(TEACHER, TWO), Set.of()));

  private static void publish(Store store, Fingerprint key) {
    Map<String, ByteBuffer> files = Map.of("file", ByteBuffer.allocate(1));
    store.publish(Store.Kind.PHASE, key, "label", files);
  }

  @Test
  void trialsSeeWhatTheyShareAndNothingElse() {
    Store first = memory.take(0);
    publish(first, TEACHER);
    publish(first, ONE);
    Store second = memory.take(1);
    Store third = memory.take(2);
    assertThat(first.find(Store.Kind.PHASE, ONE)).isPresent();
    assertThat(second.find(Store.Kind.PHASE, TEACHER)).isPresent();
    assertThat(second.find(Store.Kind.PHASE, ONE)).isEmpty();
    assertThat(third.find(Store.Kind.PHASE, TEACHER)).as("nobody foretold it").isEmpty();
  }

  @Test
  void whatATrialHasIsHandedOverOnce() {
    memory.take(0);
    assertThatThrownBy(() -> memory.take(0)).isInstanceOf(NoSuchElementException.class);
  }
}
