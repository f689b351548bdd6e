package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.UsageException;

class CorpusTest {
  private static final TextSamples TASK =
      PhrasesSource.samples(new Phrases(0), "train", 40); // of 32 tokens at most
  @TempDir Path folder;

  @Test
  void phrasesAreOfTheSameGrammarButOfNoSplit() {
    TextSamples corpus = Corpus.read("phrases", 30, TASK);
    assertThat(corpus.size()).isEqualTo(30);
    assertThat(corpus.shape()).isEqualTo(TASK.shape());
    assertThat(corpus.labels()).containsOnly(-1);
    Phrases phrases = new Phrases(0);
    for (int row = 0; row < 30; row++) {
      assertThat(words(corpus, row))
          .isEqualTo("[CLS] " + phrases.sentence("corpus", row) + " [SEP]");
    }
    assertThat(Corpus.read("phrases", 30, TASK).fingerprint()).isEqualTo(corpus.fingerprint());
  }

  @Test
  void aFileHasATextALine() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "The film was odd.\n\n  good, \nbad\n");
    TextSamples corpus = Corpus.read(file.toString(), 2, TASK);
    assertThat(corpus.size()).isEqualTo(2);
    assertThat(words(corpus, 0)).isEqualTo("[CLS] the film was [UNK] . [SEP]");
    assertThat(words(corpus, 1)).isEqualTo("[CLS] good , [SEP]");
    Files.writeString(file, "the film was good\n");
    assertThat(Corpus.read(file.toString(), 2, TASK).fingerprint())
        .isNotEqualTo(corpus.fingerprint());
  }

  @Test
  void ofATableTheSentencesAreRead() throws IOException {
    Files.writeString(folder.resolve("train.tsv"), "label\tsentence\nx\tthe film\ny\tthe plot\n");
    TextSamples corpus = Corpus.read("tsv:" + folder, 10, TASK);
    assertThat(corpus.size()).isEqualTo(2);
    assertThat(words(corpus, 1)).isEqualTo("[CLS] the plot [SEP]");
    assertThat(corpus.labels()).containsOnly(-1);
  }

  /** A vocabulary with capitals alone would say that texts keep theirs. */
  @Test
  void textsAreCutByTheRulesOfTheTasksTokenizer() throws IOException {
    Path json =
        Files.writeString(
            folder.resolve("tokenizer.json"),
            """
            {"version": "1.0",
             "normalizer": {"type": "BertNormalizer", "clean_text": true,
               "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]",
               "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
               "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4,
                 "good": 5, "film": 6, "NASA": 7}}}
            """);
    Path file = Files.writeString(folder.resolve("a.txt"), "Good film\n");
    try (WordPiece pieces = WordPiece.read(json)) {
      Vocabulary vocabulary = pieces.vocabulary();
      assertThat(words(Corpus.read(file.toString(), 1, task(vocabulary)), 0))
          .isEqualTo("[CLS] good film [SEP]");
      Vocabulary alone = new Vocabulary(vocabulary.tokens());
      assertThat(alone).isEqualTo(vocabulary);
      assertThat(alone.fingerprint()).isEqualTo(vocabulary.fingerprint());
      assertThat(words(Corpus.read(file.toString(), 1, task(alone)), 0))
          .isEqualTo("[CLS] [UNK] film [SEP]");
    }
  }

  private static TextSamples task(Vocabulary vocabulary) {
    TextBuilder builder = new TextBuilder(vocabulary, 8);
    builder.add(new int[] {5}, 0);
    return builder.build("task", 2);
  }

  @Test
  void theNameSaysHowManyTextsWereCut() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "good\n" + "bad ".repeat(31) + "\n");
    assertThat(Corpus.read(file.toString(), 2, TASK).name())
        .isEqualTo(file + " (1 texts cut at 32 tokens)");
    assertThat(Corpus.read(file.toString(), 1, TASK).name()).isEqualTo(file.toString());
  }

  @Test
  void whatCannotTeachIsRefused() throws IOException {
    refused("wikipedia", "there is no file " + Path.of("wikipedia").toAbsolutePath() + "; say");
    refused("tsv:nowhere", "there is no folder " + Path.of("nowhere").toAbsolutePath() + "; say");
    Path file = Files.writeString(folder.resolve("a.txt"), "\n \n");
    refused(file.toString(), file + " holds no text");
    Files.writeString(file, "ein guter film\n");
    refused(file.toString(), "2 of the 3 tokens of " + file + " are not in the vocabulary of phr");
    Files.write(file, new byte[] {'a', (byte) 0xff, '\n'});
    refused(file.toString(), file + " is not UTF-8 text");
  }

  private static void refused(String where, String message) {
    assertThatThrownBy(() -> Corpus.read(where, 10, TASK))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  private static String words(TextSamples samples, int row) {
    return Arrays.stream(samples.tokens(row))
        .mapToObj(token -> samples.vocabulary().tokens().get(token))
        .collect(Collectors.joining(" "));
  }
}
