package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.UsageException;

class PhrasesTest {
  private static final Phrases PHRASES = new Phrases(0);

  /** A change here changes every result ever reported on phrases: never by accident. */
  @Test
  void theSameSentencesOnEveryPlatform() {
    String all =
        IntStream.range(0, 500)
            .mapToObj(i -> PHRASES.sentence("train", i))
            .collect(Collectors.joining("\n"));
    assertThat(Fingerprint.ofText(all).hex())
        .isEqualTo("118c46a556eea14362c0735ad37a7c2b7fbe605ee78b56a9a03843a2934d6e16");
  }

  @Test
  void splitsAndSeedsHaveSentencesOfTheirOwn() {
    assertThat(sentences(PHRASES, "test")).isNotEqualTo(sentences(PHRASES, "train"));
    assertThat(sentences(new Phrases(1), "train")).isNotEqualTo(sentences(PHRASES, "train"));
  }

  @Test
  void everySentenceIsMadeOfKnownWordsAndFits() {
    TextSamples samples = PhrasesSource.samples(PHRASES, "train", 5000);
    int unknown = Phrases.vocabulary().id(Vocabulary.UNKNOWN);
    boolean[] used = new boolean[Phrases.vocabulary().size()];
    for (int row = 0; row < samples.size(); row++) {
      int[] tokens = samples.tokens(row);
      assertThat(tokens).doesNotContain(unknown);
      assertThat(tokens[tokens.length - 2]).isEqualTo(Phrases.vocabulary().id("."));
      for (int token : tokens) {
        used[token] = true;
      }
    }
    for (int token = Vocabulary.SPECIAL.size(); token < used.length; token++) {
      assertThat(used[token]).as(Phrases.vocabulary().tokens().get(token)).isTrue();
    }
    assertThat(IntStream.range(0, samples.size()).map(samples::length).max().orElseThrow())
        .isBetween(24, Phrases.LENGTH - 1);
  }

  @Test
  void theSourceBringsThreeBalancedSplits() {
    DataSet set = Make.load(new PhrasesSource(), "phrases,train=100,validation=20,test=31,seed=2");
    assertThat(set.train().size()).isEqualTo(100);
    assertThat(set.validation().orElseThrow().size()).isEqualTo(20);
    assertThat(set.test().size()).isEqualTo(31);
    assertThat(IntStream.of(set.train().labels()).sum()).isEqualTo(50);
    assertThat(set.classNames()).containsExactly("negative", "positive");
    assertThat(set.train().fingerprint())
        .isNotEqualTo(Make.load(new PhrasesSource(), "phrases,train=100").train().fingerprint());
    assertThatThrownBy(() -> Make.load(new PhrasesSource(), "phrases,train=0"))
        .isInstanceOf(UsageException.class)
        .hasMessage("phrases: train must be 1 to 1000000 sentences, was 0");
    assertThatThrownBy(() -> Make.load(new PhrasesSource(), "phrases:500"))
        .hasMessage("phrases takes options only, as in phrases,train=500; was 'phrases:500'");
  }

  private static java.util.List<String> sentences(Phrases phrases, String split) {
    return IntStream.range(0, 5).mapToObj(i -> phrases.sentence(split, i)).toList();
  }
}
