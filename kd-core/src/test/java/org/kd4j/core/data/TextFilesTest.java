package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;

class TextFilesTest {
  private static final List<String> PIECES =
      List.of("the", "film", "was", "un", "##want", "##ed", ",", "good", "##s", "##film", "café");
  @TempDir Path folder;

  @Test
  void wordsAreSpeltByTheLongestPiecesFromTheFront() {
    Vocabulary vocabulary = Vocabulary.ofWords(PIECES);
    try (WordPiece pieces = WordPiece.of(vocabulary)) {
      assertThat(words(vocabulary, pieces, "The film was UNWANTED,good"))
          .isEqualTo("the film was un ##want ##ed , good");
      assertThat(words(vocabulary, pieces, "goodfilms unfilms zebra goods"))
          .isEqualTo("good ##film ##s un ##film ##s [UNK] good ##s");
      assertThat(words(vocabulary, pieces, "  ")).isEmpty();
    }
  }

  /** A vocabulary with capitals is of texts as they are written. */
  @Test
  void caseAndAccentsAreThoseOfTheVocabulary() {
    Vocabulary plain = Vocabulary.ofWords(List.of("film", "cafe"));
    try (WordPiece pieces = WordPiece.of(plain)) {
      assertThat(words(plain, pieces, "Film CAFÉ")).isEqualTo("film cafe");
    }
    Vocabulary cased = Vocabulary.ofWords(List.of("film", "Film", "Café"));
    try (WordPiece pieces = WordPiece.of(cased)) {
      assertThat(words(cased, pieces, "Film film Café cafe")).isEqualTo("Film film Café [UNK]");
    }
  }

  @Test
  void bothFilesOfAVocabularyGiveTheSameTokens() throws IOException {
    List<String> lines = new ArrayList<>(Vocabulary.SPECIAL);
    lines.addAll(List.of("good", "film", "##s"));
    Path text = write("vocab.txt", String.join("\n", lines) + "\n");
    Path json =
        write(
            "tokenizer.json",
            """
            {"version": "1.0",
             "added_tokens": [{"id": 4, "content": "[MASK]", "special": true,
               "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}],
             "normalizer": {"type": "BertNormalizer", "clean_text": true,
               "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]",
               "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
               "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3,
                 "good": 5, "film": 6, "##s": 7}}}
            """);
    try (WordPiece one = WordPiece.read(text);
        WordPiece other = WordPiece.read(json)) {
      assertThat(other.vocabulary()).isEqualTo(one.vocabulary());
      assertThat(other.tokens(List.of("Good films")).get(0))
          .containsExactly(one.tokens(List.of("good films")).get(0))
          .containsExactly(5, 6, 7);
    }
  }

  @Test
  void brokenVocabulariesAreRefusedByTheirFile() throws IOException {
    Path lacking = write("vocab.txt", "[PAD]\n[UNK]\ngood\n");
    assertThatThrownBy(() -> WordPiece.read(lacking))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            lacking
                + ": the vocabulary of 3 tokens lacks [CLS], [SEP], [MASK];"
                + " it needs [PAD], [UNK], [CLS], [SEP], [MASK]");
    Path other = write("bpe.json", "{\"model\": {\"type\": \"BPE\", \"vocab\": {}}}");
    assertThatThrownBy(() -> WordPiece.read(other))
        .hasMessage(
            other + ": a tokenizer.json with a WordPiece model is read, this one has 'BPE'");
    Path gap =
        write(
            "gap.json",
            "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[PAD]\": 0, \"a\": 2}}}");
    assertThatThrownBy(() -> WordPiece.read(gap))
        .hasMessage(gap + ": its tokens are numbered from 0 without gaps; 1 is missing");
    Path broken = write("broken.json", "{\"model\"");
    assertThatThrownBy(() -> WordPiece.read(broken))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(broken + " is no JSON: ");
    assertThatThrownBy(() -> WordPiece.read(folder.resolve("none.txt")))
        .hasMessage("cannot read " + folder.resolve("none.txt") + ": there is no such file");
  }

  @Test
  void whatFollowsEachOtherOftenBecomesAPiece() {
    List<String> texts =
        List.of("low low low low low", "lower lower newest newest newest", "widest");
    Vocabulary vocabulary = PieceLearner.learn(texts, 100);
    assertThat(vocabulary.tokens().subList(0, 5)).isEqualTo(Vocabulary.SPECIAL);
    assertThat(vocabulary.tokens())
        .containsSubsequence("##e", "l", "n") // first the characters, sorted
        .contains("low", "lower", "newest", "##est", "w", "##i")
        .doesNotContain("widest"); // once is no habit
    // low 7 times; o-w as often, but l-o comes after it by name: ##o ##w, then l ##ow.
    assertThat(vocabulary.tokens()).containsSubsequence("##ow", "low");
    assertThat(PieceLearner.learn(texts, 100)).isEqualTo(vocabulary);
    try (WordPiece pieces = WordPiece.of(vocabulary)) {
      assertThat(words(vocabulary, pieces, "Lowest lower")).isEqualTo("low ##est lower");
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      words.add("word" + i + " word" + i);
    }
    assertThat(PieceLearner.learn(words, 120).size()).isEqualTo(120);
    assertThatThrownBy(() -> PieceLearner.learn(texts, 99))
        .hasMessage("size must be 100 to 200000 tokens, was 99");
  }

  /** As they are cut later: a piece that continues one of them would never be found. */
  @Test
  void chineseIsLearntCharacterByCharacter() {
    assertThat(PieceLearner.basicWords("电影很Good，好x𠀀y"))
        .containsExactly("电", "影", "很", "good", "，", "好", "x", "𠀀", "y");
    List<String> texts = List.of("电影很好", "电影", "film电影", "film");
    Vocabulary vocabulary = PieceLearner.learn(texts, 100);
    assertThat(vocabulary.tokens()).contains("影", "film").doesNotContain("##影", "电影");
    try (WordPiece pieces = WordPiece.of(vocabulary)) {
      assertThat(words(vocabulary, pieces, "好film电影")).isEqualTo("好 film 电 影");
    }
  }

  @Test
  void ofMoreCharactersThanThereIsRoomForTheRarestAreLeftOut() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      texts.add((ethiopic(i) + " ").repeat(1 + i));
    }
    List<String> tokens = PieceLearner.learn(texts, 100).tokens();
    assertThat(tokens).hasSize(100).contains(ethiopic(105)).doesNotContain(ethiopic(104));
  }

  /** A letter of a script without case, accents and blanks of its own. */
  private static String ethiopic(int number) {
    return Character.toString(0x1200 + number);
  }

  /** Hugging Face's tokenizers would end the text there, or take it for padding. */
  @Test
  void aSpecialTokenInATextIsNone() throws IOException {
    Vocabulary vocabulary = Vocabulary.ofWords(PIECES);
    String text = "good [SEP] film [PAD][CLS] was [MASK] [UNK]";
    try (WordPiece pieces = WordPiece.of(vocabulary)) {
      assertThat(words(vocabulary, pieces, text))
          .isEqualTo("good [UNK] film [UNK] [UNK] was [UNK] [UNK]");
    }
    write("train.tsv", "sentence\tlabel\ngood [PAD] film\tyes\nbad [SEP] film\tno\n");
    write("dev.tsv", "sentence\tlabel\n[PAD]\tyes\n");
    DataSet set = load("size=100");
    assertThat(((TextSamples) set.test()).tokens(0)).containsExactly(2, 1, 3);
    Path json =
        write(
            "tokenizer.json",
            """
            {"version": "1.0",
             "added_tokens": [{"id": 4, "content": "[MASK]", "special": true,
               "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}],
             "pre_tokenizer": {"type": "WhitespaceSplit"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]",
               "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
               "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4,
                 "good": 5}}}
            """);
    try (WordPiece pieces = WordPiece.read(json)) {
      assertThat(pieces.tokens(List.of("[MASK] good [SEP]")).get(0)).containsExactly(1, 5, 1);
    }
  }

  /** Against the rule itself: all pairs are counted anew before each is joined. */
  @Test
  void piecesAreThoseOfTheRuleTakenWordByWord() {
    String letters = "aaabbcdeé.ß";
    Draws draws = Draws.of(1, "texts");
    List<String> texts = new ArrayList<>();
    int drawn = 0;
    for (int text = 0; text < 400; text++) {
      StringBuilder words = new StringBuilder();
      for (int letter = 0; letter < 40; letter++) {
        boolean blank = draws.uniform(drawn++) < 0.2;
        words.append(
            blank ? " \t" : "" + letters.charAt((int) (letters.length() * draws.uniform(drawn++))));
      }
      texts.add(words.toString());
    }
    List<String> learnt = PieceLearner.learn(texts, 160).tokens();
    assertThat(learnt).isEqualTo(Vocabulary.ofWords(pieces(texts, 160)).tokens());
    assertThat(learnt).hasSize(160).contains("aa").anyMatch(piece -> piece.length() > 5);
  }

  private static List<String> pieces(List<String> texts, int size) {
    List<List<String>> words = new ArrayList<>();
    SortedSet<String> characters = new TreeSet<>();
    for (String text : texts) {
      for (String word : PieceLearner.basicWords(text)) {
        List<String> spelt = new ArrayList<>();
        word.codePoints()
            .forEach(c -> spelt.add((spelt.isEmpty() ? "" : "##") + Character.toString(c)));
        words.add(spelt);
        characters.addAll(spelt);
      }
    }
    List<String> all = new ArrayList<>(characters);
    while (all.size() + Vocabulary.SPECIAL.size() < size) {
      SortedMap<List<String>, Integer> pairs =
          new TreeMap<>(
              Comparator.comparing((List<String> p) -> p.get(0)).thenComparing(p -> p.get(1)));
      for (List<String> word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          pairs.merge(List.of(word.get(i), word.get(i + 1)), 1, Integer::sum);
        }
      }
      List<String> best = List.of();
      int most = 1;
      for (var pair : pairs.entrySet()) {
        best = pair.getValue() > most ? pair.getKey() : best;
        most = Math.max(most, pair.getValue());
      }
      if (best.isEmpty()) {
        return all;
      }
      String joined = best.get(0) + best.get(1).substring(2);
      if (!all.contains(joined)) {
        all.add(joined);
      }
      for (List<String> word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          if (word.get(i).equals(best.get(0)) && word.get(i + 1).equals(best.get(1))) {
            word.set(i, joined);
            word.remove(i + 1);
          }
        }
      }
    }
    return all;
  }

  @Test
  void aFolderOfTextsBecomesASet() throws IOException {
    DataSet set = reviews("tsv:" + folder);
    assertThat(set.classNames()).containsExactly("bad", "good");
    assertThat(set.test().size()).isEqualTo(2);
    assertThat(set.test().labels()).containsExactly(1, 0);
    TextSamples train = (TextSamples) set.train();
    assertThat(train.length(0)).isEqualTo(5);
    assertThat(train.vocabulary().tokens()).contains("film");
    assertThat(set.name()).isEqualTo(folder.getFileName().toString());
    DataSet cut = reviews("tsv:" + folder + ",length=4");
    assertThat(cut.name()).isEqualTo(folder.getFileName() + " (302 texts cut at 4 tokens)");
    assertThat(cut.train().shape().get(0)).isEqualTo(4);
  }

  /** A fixed twentieth validates, whatever else is in the file, and equal texts are together. */
  @Test
  void validationIsChosenByTheTextItself() throws IOException {
    DataSet set = reviews("tsv:" + folder);
    MemorySamples held = set.validation().orElseThrow();
    assertThat(held.size()).isBetween(3, 30);
    assertThat(held.size() + set.train().size()).isEqualTo(300);
    Set<String> both = texts((TextSamples) held);
    assertThat(both).doesNotContainAnyElementsOf(texts((TextSamples) set.train()));
  }

  @Test
  void columnsGoByNameOrByPlace() throws IOException {
    write("train.tsv", "id\tlabel\tfirst\tother\n1\tyes\tgood film\tgood\n2\tno\tbad\tfilm\n");
    write("dev.tsv", "id\tlabel\tfirst\tother\n1\tno\tgood\tgood film\n");
    DataSet named = load("text=first,second=other,size=100");
    DataSet placed = load("text=3,second=4,label=2,size=100");
    assertThat(placed.train().fingerprint()).isEqualTo(named.train().fingerprint());
    TextSamples test = (TextSamples) named.test();
    assertThat(test.second(0)).isEqualTo(3); // [CLS] good [SEP] | good film [SEP]
    assertThat(test.length(0)).isEqualTo(6);
    assertThat(named.classNames()).containsExactly("no", "yes");
    write("train.tsv", "good film\tyes\nbad\tno\n");
    write("dev.tsv", "good\tno\n");
    assertThat(load("header=no,size=100").train().size()).isEqualTo(2);
  }

  @Test
  void brokenFilesAreRefusedByTheirLine() throws IOException {
    write("dev.tsv", "sentence\tlabel\na\tyes\n");
    refused("sentence\tlabel\na\tyes\nb\n", "line 3: 1 columns, but the first line has 2");
    refused("sentence\tlabel\na\tyes\n \tno\n", "line 3: the text is empty");
    refused("sentence\tlabel\na\tyes\nb\t\n", "line 3: the label is empty");
    refused("sentence\tlabel\n", "has no rows");
    refused("sentence\tlabel\na\tyes\nb\tyes\n", "has one label only, 'yes'");
    refused("sentence\tlable\na\tyes\n", "No column 'label'. Did you mean 'lable'?");
    write("train.tsv", "sentence\tlabel\na\tno\nb\tmaybe\n");
    assertThatThrownBy(() -> load("size=100"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            folder.resolve("dev.tsv")
                + ", line 2: label 'yes' does not occur in the training file; its labels are maybe, no");
    assertThatThrownBy(() -> load("header=no,text=sentence"))
        .hasMessage(
            "without a header columns are numbered from 1, as in text=2,label=1; was 'sentence'");
    assertThatThrownBy(() -> load("text=7"))
        .hasMessage(folder.resolve("train.tsv") + " has 2 columns, there is no column 7");
    assertThatThrownBy(() -> load("vocabulary=v.txt,size=500"))
        .hasMessage(
            "tsv: size is for a vocabulary that is learnt; leave it out beside vocabulary=v.txt");
  }

  private void refused(String train, String message) throws IOException {
    write("train.tsv", train);
    assertThatThrownBy(() -> load("size=100"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(folder.resolve("train.tsv").toString())
        .hasMessageContaining(message);
  }

  private DataSet load(String options) {
    return Make.load(new TsvSource(), "tsv:" + folder + "," + options);
  }

  /** 300 rows of 100 texts, each three times. */
  private DataSet reviews(String spec) throws IOException {
    StringBuilder train = new StringBuilder("sentence\tlabel\n");
    for (int i = 0; i < 300; i++) {
      String number = Integer.toString(i % 100 / 10) + " " + i % 10;
      train.append("film ").append(number).append(i % 2 == 0 ? "\tgood\n" : "\tbad\n");
    }
    write("train.tsv", train.toString());
    write("dev.tsv", "sentence\tlabel\nfilm 1 2\tgood\nno film here\tbad\n");
    return Make.load(new TsvSource(), spec);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Set<String> texts(TextSamples samples) {
    Set<String> texts = new HashSet<>();
    for (int row = 0; row < samples.size(); row++) {
      texts.add(java.util.Arrays.toString(samples.tokens(row)));
    }
    return texts;
  }

  private static String words(Vocabulary vocabulary, WordPiece pieces, String text) {
    return java.util.Arrays.stream(pieces.tokens(List.of(text)).get(0))
        .mapToObj(id -> vocabulary.tokens().get(id))
        .collect(Collectors.joining(" "));
  }
}
