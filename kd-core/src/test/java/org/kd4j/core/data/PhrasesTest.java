package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  /** What {@link PhrasesSource} and the README say of it. */
  @Test
  void someTestSentencesStandInTrainToo() {
    Set<String> train = new HashSet<>(all("train", 6000));
    assertThat(share("test", 2000, train)).isCloseTo(0.18, within(0.005));
    assertThat(share("validation", 1000, train)).isCloseTo(0.15, within(0.005));
    assertThat(share("test", 2000, new HashSet<>(all("train", 500)))).isCloseTo(0.02, within(.005));
    Set<String> splits = new HashSet<>(train);
    splits.addAll(all("validation", 1000));
    splits.addAll(all("test", 2000));
    assertThat(share("corpus", 10_000, splits)).isCloseTo(0.24, within(0.005));
    assertThat(share("corpus", 10_000, new HashSet<>(all("test", 2000))))
        .isCloseTo(0.08, within(0.005));
  }

  private static double share(String split, int size, Set<String> of) {
    return all(split, size).stream().filter(of::contains).count() / (double) size;
  }

  private static List<String> all(String split, int size) {
    return IntStream.range(0, size).mapToObj(i -> PHRASES.sentence(split, i)).toList();
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

  private static List<String> sentences(Phrases phrases, String split) {
    return IntStream.range(0, 5).mapToObj(i -> phrases.sentence(split, i)).toList();
  }
}
