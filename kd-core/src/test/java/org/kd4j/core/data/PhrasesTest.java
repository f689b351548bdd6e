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
        .isEqualTo("43aa7f3662bfd9269781b6a6ec1582695fd006bf6ee36c4ff0b8d8e99b3bb7b9");
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

  /** Logistic regression on word counts, by gradient descent with momentum. */
  @Test
  void theWordsAloneDoNotTell() {
    TextSamples train = PhrasesSource.samples(PHRASES, "train", 6000);
    TextSamples test = PhrasesSource.samples(PHRASES, "test", 2000);
    BagOfWords words = new BagOfWords(train);
    assertThat(words.accuracy(train)).isBetween(0.6, 0.8);
    assertThat(words.accuracy(test)).isBetween(0.6, 0.8);
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

  /** What can be had without the order of words. */
  private static final class BagOfWords {
    private final double[] weights;

    BagOfWords(TextSamples train) {
      weights = new double[train.vocabulary().size()];
      double[] speed = new double[weights.length];
      int[] labels = train.labels();
      for (int epoch = 0; epoch < 300; epoch++) {
        double[] slope = new double[weights.length];
        for (int row = 0; row < train.size(); row++) {
          double error = labels[row] - 1 / (1 + StrictMath.exp(-score(train, row)));
          for (int token : train.tokens(row)) {
            slope[token] += error / train.size();
          }
        }
        for (int token = 0; token < weights.length; token++) {
          speed[token] = 0.9 * speed[token] + 0.3 * slope[token];
          weights[token] += speed[token];
        }
      }
    }

    private double score(TextSamples samples, int row) {
      double sum = 0; // the token that begins every text is the bias
      for (int token : samples.tokens(row)) {
        sum += weights[token];
      }
      return sum;
    }

    double accuracy(TextSamples samples) {
      int[] labels = samples.labels();
      return IntStream.range(0, samples.size())
          .mapToDouble(row -> (score(samples, row) > 0 ? 1 : 0) == labels[row] ? 1 : 0)
          .average()
          .orElseThrow();
    }
  }
}
