package org.kd4j.core.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * Makes a set of files of labelled texts: test is the published development file, whose labels are
 * known; validation a fixed twentieth of the training rows, chosen by a hash of the text, so that
 * equal texts are on one side. Without {@code vocabulary=FILE} one is learnt from the training
 * rows, so that a set's tokens hang on the set alone.
 */
final class TextFiles {
  /** The options every set of files of text knows. */
  static final List<String> OPTIONS = List.of("length", "vocabulary", "size");

  /** How those are told in listings. */
  static final String SUMMARY =
      "length=64, vocabulary=FILE (vocab.txt, tokenizer.json) or size=8000";

  private static final double VALIDATION = 0.05;
  private static final int LENGTH = 64;
  private static final int SIZE = 8000;

  private TextFiles() {}

  static DataSet set(
      String name, TextTable all, TextTable test, SpecText spec, DataSource.Place place) {
    List<String> classes = Labels.sorted(all.labels());
    UsageException.require(
        classes.size() >= 2,
        "%s has one label only, '%s'; is its column the label's?",
        all.file(),
        classes.get(0));
    List<Integer> rows = new ArrayList<>();
    List<Integer> held = new ArrayList<>();
    for (int row = 0; row < all.size(); row++) {
      boolean validates = Draws.of(0, "validation", all.key(row)).uniform(0) < VALIDATION;
      (validates ? held : rows).add(row);
    }
    UsageException.require(
        !rows.isEmpty(), "%s has %d rows; more are needed", all.file(), all.size());
    TextTable train = all.some(rows);
    int length = spec.integer("length", LENGTH);
    try (WordPiece pieces = pieces(spec, place, train)) {
      TextBuilder[] built =
          Stream.of(train, all.some(held), test)
              .map(part -> build(part, pieces, length, classes))
              .toArray(TextBuilder[]::new);
      int cut = Stream.of(built).mapToInt(TextBuilder::cut).sum();
      return new DataSet(
          TextBuilder.told(name, cut, length),
          built[0].build(name + "/train", classes.size()),
          held.isEmpty()
              ? Optional.empty()
              : Optional.of(built[1].build(name + "/validation", classes.size())),
          built[2].build(name + "/test", classes.size()),
          classes,
          0);
    }
  }

  private static WordPiece pieces(SpecText spec, DataSource.Place place, TextTable train) {
    if (!spec.options().containsKey("vocabulary")) {
      return WordPiece.of(
          PieceLearner.learn(
              Stream.concat(train.texts().stream(), train.seconds().stream()).toList(),
              spec.integer("size", SIZE)));
    }
    UsageException.require(
        !spec.options().containsKey("size"),
        "%s: size is for a vocabulary that is learnt; leave it out beside vocabulary=%s",
        spec.head(),
        spec.text("vocabulary", ""));
    Path file =
        DataFiles.written(
            "vocabulary", spec.text("vocabulary", ""), place, "vocabulary=bert-vocab/vocab.txt");
    return WordPiece.read(file);
  }

  private static TextBuilder build(
      TextTable table, WordPiece pieces, int length, List<String> classes) {
    TextBuilder builder = new TextBuilder(pieces.vocabulary(), length);
    List<int[]> first = pieces.tokens(table.texts());
    List<int[]> second = pieces.tokens(table.seconds());
    for (int row = 0; row < table.size(); row++) {
      int label = classes.indexOf(table.labels().get(row));
      UsageException.require(
          label >= 0,
          "%s, line %d: label '%s' does not occur in the training file; its labels are %s",
          table.file(),
          table.lines().get(row),
          table.labels().get(row),
          String.join(", ", classes));
      if (second.isEmpty()) {
        builder.add(first.get(row), label);
      } else {
        builder.add(first.get(row), second.get(row), label);
      }
    }
    return builder;
  }
}
