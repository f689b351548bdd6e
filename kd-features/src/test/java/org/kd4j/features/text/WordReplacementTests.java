package org.kd4j.features.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Relabelled;
import org.kd4j.core.data.TextSamples;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.testkit.TinyTask;

class WordReplacementTests {
  private static final TextSamples TEXTS = TinyTask.texts("texts", 200, 1);
  private static final Draws EPOCH = Draws.of(1, "epoch");

  /** All rows as they come out, (rows, 3, length). */
  private static long[] gathered(Augmentation augmentation, Draws draws, int... rows) {
    Engines.start(EngineSettings.defaults());
    try (NDManager manager = NDManager.newBaseManager()) {
      return TEXTS.open(manager).gather(manager, rows, augmentation, draws).input().toLongArray();
    }
  }

  private static int[] all() {
    int[] rows = new int[TEXTS.size()];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  @Test
  void aboutTheShareAskedForIsReplacedAndNeverASpecialToken() {
    long[] before = gathered(Augmentation.NONE, EPOCH, all());
    long[] after = gathered(new WordReplacement(TEXTS, 0.4f), EPOCH, all());
    int length = before.length / 3 / TEXTS.size();
    int words = 0;
    int changed = 0;
    for (int i = 0; i < before.length; i++) {
      boolean token = i / length % 3 == 0;
      if (!token || before[i] < 5) {
        assertThat(after[i]).isEqualTo(before[i]); // mask, segments, [CLS], [SEP], padding
      } else {
        words++;
        changed += after[i] == before[i] ? 0 : 1;
        assertThat(after[i]).isBetween(5L, (long) TEXTS.vocabulary().size() - 1);
      }
    }
    // a word may be replaced by itself
    assertThat(changed / (double) words).isBetween(0.2, 0.4);
  }

  @Test
  void aTextIsTheSameWhoeverStandsBesideItAndAnotherNextEpoch() {
    WordReplacement half = new WordReplacement(TEXTS, 0.5f);
    long[] whole = gathered(half, EPOCH, all());
    int length = whole.length / 3 / TEXTS.size();
    int own = TEXTS.length(7);
    long[] alone = gathered(half, EPOCH, 7);
    assertThat(Arrays.copyOf(alone, own))
        .containsExactly(Arrays.copyOfRange(whole, 21 * length, 21 * length + own));
    assertThat(gathered(half, EPOCH, all())).containsExactly(whole);
    assertThat(gathered(half, EPOCH.at(1), all())).isNotEqualTo(whole);
  }

  @Test
  void textsAreFoundBehindOtherLabels() {
    Relabelled other =
        new Relabelled(TEXTS, "other", java.util.Collections.nCopies(TEXTS.size(), 0), 2);
    assertThat(WordReplacement.texts(other)).contains(TEXTS);
    assertThat(WordReplacement.texts(TinyTask.samples("images", 9, 1))).isEqualTo(Optional.empty());
  }

  @Test
  void whatItCannotChangeIsRefused() {
    WordReplacement some = new WordReplacement(TEXTS, 0.4f);
    assertThat(some.fits(TEXTS.shape())).isTrue();
    assertThat(some.fits(new Shape(1, 6, 6))).isFalse();
    for (float share : List.of(0f, 1.5f)) {
      assertThatThrownBy(() -> new WordReplacement(TEXTS, share))
          .isInstanceOf(UsageException.class)
          .hasMessage("share must be above 0 and at most 1, was " + share);
    }
  }
}
