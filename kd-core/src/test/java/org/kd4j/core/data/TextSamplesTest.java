package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.phase.Feed;

class TextSamplesTest {
  private static final Vocabulary WORDS = Vocabulary.ofWords(List.of("a", "b", "c", "d"));
  private static final int A = 5;
  private static final int B = 6;
  private static final int C = 7;
  private static final int FIRST = 2;
  private static final int END = 3;

  @Test
  void aBatchIsAsLongAsItsLongestText() {
    try (NDManager manager = OfflineEngine.manager();
        NDManager step = manager.newSubManager()) {
      Batch batch = texts("t").open(manager).gather(step, new int[] {2, 0});
      assertThat(batch.input().getDataType()).isEqualTo(DataType.INT64);
      assertThat(batch.input().getShape()).isEqualTo(new Shape(2, 3, 6));
      assertThat(batch.input().toLongArray())
          .containsExactly(
              FIRST, A, B, END, C, END, // the pair: tokens, mask, segments
              1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, FIRST, A, END, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0,
              0, 0, 0);
      assertThat(batch.target().getDataType()).isEqualTo(DataType.INT64);
      assertThat(batch.target().toLongArray()).containsExactly(-1, 1);
      assertThat(batch.rows()).containsExactly(2, 0);
      assertThat(batch.input().getManager()).isSameAs(step);
      Batch one = texts("t").open(manager).gather(step, new int[] {0});
      assertThat(one.input().getShape()).isEqualTo(new Shape(1, 3, 3));
    }
  }

  @Test
  void itsShapeIsThatOfOneHotTokens() {
    assertThat(texts("t").shape()).isEqualTo(new Shape(8, 9));
    assertThat(texts("t").length(2)).isEqualTo(6);
    assertThat(texts("t").tokens(1)).containsExactly(FIRST, A, B, C, END);
  }

  @Test
  void whatIsTooLongIsCutAndCounted() {
    TextBuilder builder = new TextBuilder(WORDS, 6);
    builder.add(new int[] {A, B, C, A}, 0);
    builder.add(new int[] {A, B, C, A, B}, 0);
    builder.add(new int[] {A, B}, new int[] {C}, 0);
    builder.add(new int[] {A, B, C, A}, new int[] {C}, 0);
    builder.add(new int[] {A, B}, new int[] {C, B}, 0);
    TextSamples samples = builder.build("t", 2);
    assertThat(builder.cut()).isEqualTo(3);
    assertThat(samples.tokens(0)).containsExactly(FIRST, A, B, C, A, END);
    assertThat(samples.tokens(1)).containsExactly(FIRST, A, B, C, A, END);
    assertThat(samples.tokens(2)).containsExactly(FIRST, A, B, END, C, END);
    assertThat(samples.tokens(3)).containsExactly(FIRST, A, B, END, C, END);
    assertThat(samples.tokens(4)).containsExactly(FIRST, A, B, END, C, END);
    assertThat(samples.second(4)).isEqualTo(4);
  }

  @Test
  void theFingerprintIsOfTheContentAndNotOfTheName() {
    TextSamples samples = texts("a");
    assertThat(texts("b").fingerprint()).isEqualTo(samples.fingerprint());
    assertThat(samples.subset("a", new int[] {0, 1, 2}).fingerprint())
        .isEqualTo(samples.fingerprint());
    assertThat(
            Set.of(
                samples.fingerprint(),
                samples.relabelled("a", new int[] {1, 1, -1}).fingerprint(),
                samples.subset("a", new int[] {0, 2, 1}).fingerprint(),
                texts("a", WORDS, 9).fingerprint(),
                texts("a", Vocabulary.ofWords(List.of("a", "b", "d", "c")), 8).fingerprint(),
                segments(3).fingerprint(),
                segments(4).fingerprint()))
        .hasSize(7);
  }

  @Test
  void subsetsKeepTextsAndLabelsTogether() {
    TextSamples some = texts("a").subset("some", new int[] {2, 0});
    assertThat(some.name()).isEqualTo("some");
    assertThat(some.labels()).containsExactly(-1, 1);
    assertThat(some.tokens(0)).isEqualTo(texts("a").tokens(2));
    assertThat(some.second(0)).isEqualTo(4);
    assertThat(some.tokens(1)).isEqualTo(texts("a").tokens(0));
    assertThat(some.second(1)).isEqualTo(3);
  }

  @Test
  void otherLabelsKeepTheTexts() {
    Relabelled other = new Relabelled(texts("a"), "other", List.of(2, 0, 1), 3);
    assertThat(other.length(2)).isEqualTo(6);
    try (NDManager manager = OfflineEngine.manager();
        NDManager step = manager.newSubManager()) {
      Batch batch = other.open(manager).gather(step, new int[] {2, 0});
      assertThat(batch.input().getShape()).isEqualTo(new Shape(2, 3, 6));
      assertThat(batch.target().toLongArray()).containsExactly(1, 2);
    }
  }

  @Test
  void gatheringLeavesNothingBehindInTheLongLivedManager() {
    try (NDManager manager = OfflineEngine.manager()) {
      Samples.Rows rows = texts("t").open(manager);
      int before = manager.getManagedArrays().size();
      for (int i = 0; i < 100; i++) {
        try (NDManager step = manager.newSubManager()) {
          rows.gather(step, new int[] {1, 2});
        }
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void imagesChangesAreRefusedForText() {
    for (String augmentation : List.of("shift:2", "crop:2", "flip", "crop-flip:2")) {
      assertThatThrownBy(() -> Feed.of(texts("t"), Augmentation.parse(augmentation)))
          .isInstanceOf(UsageException.class)
          .hasMessageEndingWith(
              " changes images, and a sample of t has shape (8, 9); set it to none");
    }
    assertThat(Feed.of(texts("t"), Augmentation.NONE).samples().size()).isEqualTo(3);
    try (NDManager manager = OfflineEngine.manager()) {
      assertThatThrownBy(
              () -> texts("t").open(manager).gather(manager, new int[1], new Flip(), new Draws(0)))
          .isInstanceOf(UsageException.class);
    }
  }

  @Test
  void textIsCutLikeAnySetButNotScaled() {
    TextBuilder builder = new TextBuilder(WORDS, 8);
    for (int i = 0; i < 40; i++) {
      builder.add(new int[] {A + i % 3}, i % 2);
    }
    TextSamples all = builder.build("all", 2);
    DataSet set = HeldOut.fifth("toy", all, List.of("n", "y"));
    Splits splits = Splits.of(set, SplitSpec.DEFAULT);
    assertThat(splits.test().size()).isEqualTo(8);
    assertThat(splits.train().size() + splits.validation().orElseThrow().size()).isEqualTo(32);
    SplitSpec scaled =
        new SplitSpec(
            SplitSpec.DEFAULT.validation(),
            SplitSpec.DEFAULT.train(),
            SplitSpec.DEFAULT.omittedClasses(),
            0,
            0,
            SplitSpec.Scaling.STANDARD,
            0);
    assertThatThrownBy(() -> Splits.of(set, scaled))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("holds no numbers that could be scaled; leave normalization at unit");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> texts("a").relabelled("a", new int[] {0, 2, 1}))
        .hasMessage("a: row 1 has label 2; labels are 0 to 1, or -1 for none");
    assertThatThrownBy(() -> texts("a").subset("none", new int[0]))
        .hasMessage("none holds no samples");
    TextBuilder builder = new TextBuilder(WORDS, 8);
    builder.add(new int[] {9}, 0);
    assertThatThrownBy(() -> builder.build("a", 2))
        .hasMessage("a: a text holds token 9; tokens are 1 to 8, and 0 is padding");
    assertThatThrownBy(() -> new TextBuilder(WORDS, 3))
        .hasMessage("length must be 4 to 4096 tokens, was 3");
  }

  @Test
  void aVocabularyHasTheSpecialTokensAndEachOnce() {
    assertThat(WORDS.id("c")).isEqualTo(C);
    assertThat(WORDS.id("z")).isEqualTo(WORDS.id(Vocabulary.UNKNOWN)).isEqualTo(1);
    assertThat(WORDS.find("z")).isEmpty();
    assertThatThrownBy(() -> new Vocabulary(List.of("[PAD]", "[UNK]", "a", "[SEP]")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "the vocabulary of 4 tokens lacks [CLS], [MASK];"
                + " it needs [PAD], [UNK], [CLS], [SEP], [MASK]");
    assertThatThrownBy(() -> new Vocabulary(List.of("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]")))
        .hasMessage("[PAD] must be the first token, number 0; it is 1");
    assertThatThrownBy(() -> new Vocabulary(List.of("a", "b", "a")))
        .hasMessage("a vocabulary names each token once; 'a' is token 0 and token 2");
  }

  private static TextSamples texts(String name) {
    return texts(name, WORDS, 8);
  }

  private static TextSamples texts(String name, Vocabulary vocabulary, int length) {
    TextBuilder builder = new TextBuilder(vocabulary, length);
    builder.add(new int[] {A}, 1);
    builder.add(new int[] {A, B, C}, 0);
    builder.add(new int[] {A, B}, new int[] {C}, -1);
    return builder.build(name, 2);
  }

  private static TextSamples segments(int second) {
    TextBuilder builder = new TextBuilder(WORDS, 8);
    builder.add(new int[] {FIRST, A, END, C, END}, second, 1);
    return builder.build("t", 2);
  }
}
