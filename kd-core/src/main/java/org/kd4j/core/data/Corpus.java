package org.kd4j.core.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kd4j.core.base.UsageException;

/**
 * Unlabelled text beside a task's own, in the task's tokens, for what is learnt before the task: a
 * file of one text a line, {@code tsv:DIR} for the column {@code sentence} of its {@code
 * train.tsv}, or {@code phrases} for sentences of {@link Phrases} drawn beside those of the splits;
 * its grammar repeats itself, so some of them stand in a split as well, word for word. Paths are
 * seen from where the program runs.
 *
 * <p>Texts are cut into the pieces of the task's vocabulary, by the rules of the {@code
 * tokenizer.json} it came with, else by BERT's, in lower case unless it has capitals, and at the
 * task's length, and the name says how many were; so a network of the task reads them as they are.
 */
public final class Corpus {
  private static final String PHRASES = "phrases";
  private static final String TABLE = "tsv:";
  private static final String WAYS = "say phrases, tsv:DIR or a file of one text a line";

  private Corpus() {}

  /**
   * Reads the first texts of a corpus.
   *
   * @param where {@code phrases}, {@code tsv:DIR} or a file; lines without a text are passed over
   * @param most at most so many
   * @param task whose vocabulary, length and number of classes they take
   * @return the texts, without labels
   */
  public static TextSamples read(String where, int most, TextSamples task) {
    UsageException.require(most >= 1, "at least 1 text is read of a corpus, was %d", most);
    List<String> texts = texts(where, most);
    UsageException.require(!texts.isEmpty(), "%s holds no text", where);
    Vocabulary vocabulary = task.vocabulary();
    TextBuilder builder = new TextBuilder(vocabulary, Math.toIntExact(task.shape().get(0)));
    int unknown = vocabulary.id(Vocabulary.UNKNOWN);
    long all = 0;
    long strange = 0;
    try (WordPiece pieces = WordPiece.of(vocabulary)) {
      for (int[] tokens : pieces.tokens(texts)) {
        builder.add(tokens, -1);
        all += tokens.length;
        strange += IntStream.of(tokens).filter(token -> token == unknown).count();
      }
    }
    UsageException.require(
        2 * strange <= all,
        "%d of the %d tokens of %s are not in the vocabulary of %s; take text of its words",
        strange,
        all,
        where,
        task.name());
    return builder.build(builder.told(where), task.classes());
  }

  private static List<String> texts(String where, int most) {
    if (where.equals(PHRASES)) {
      Phrases phrases = new Phrases(0);
      return IntStream.range(0, most).mapToObj(i -> phrases.sentence("corpus", i)).toList();
    }
    boolean table = where.startsWith(TABLE);
    Path path = path(where, table ? where.substring(TABLE.length()) : where);
    if (table) {
      UsageException.require(
          Files.isDirectory(path), "there is no folder %s; %s", path.toAbsolutePath(), WAYS);
      TextTable.Columns columns =
          new TextTable.Columns("sentence", Optional.empty(), "sentence", true);
      return TextTable.read(path.resolve("train.tsv"), columns).texts().stream()
          .limit(most)
          .toList();
    }
    UsageException.require(
        Files.isRegularFile(path), "there is no file %s; %s", path.toAbsolutePath(), WAYS);
    try (Stream<String> lines = Files.lines(path)) {
      return lines.map(String::strip).filter(line -> !line.isEmpty()).limit(most).toList();
    } catch (UncheckedIOException e) {
      throw DataFiles.unreadable(path, e.getCause());
    } catch (IOException e) {
      throw DataFiles.unreadable(path, e);
    }
  }

  private static Path path(String where, String written) {
    try {
      return Path.of(written);
    } catch (InvalidPathException e) {
      throw new UsageException("'" + where + "' cannot be a path on this machine; " + WAYS, e);
    }
  }
}
