package org.kd4j.core.data;

import ai.djl.ndarray.types.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code csv:FILE,label=COLUMN}: a table with a header line, numeric features and one column of
 * labels (words or whole numbers; classes are sorted). Without {@code test=FILE} a fixed fifth of
 * the rows is held out as test, and the set's name says so.
 */
public final class CsvSource implements DataSource {
  private static final String EXAMPLE = "csv:digits.csv,label=digit";

  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing("label", "test", "separator");
    Path file = DataFiles.written("csv", spec.argument(), place, EXAMPLE);
    String label = spec.text("label", "");
    UsageException.require(
        !label.isEmpty(),
        "csv needs the name of the label column, as in %s; was '%s'",
        EXAMPLE,
        spec);
    char separator = separator(spec.text("separator", ","));
    String name = DataFiles.name(file).replaceFirst("\\.[^.]*$", "");
    Table train = Table.read(file, separator, label, Optional.empty());
    List<String> classes = Labels.sorted(train.labels);
    UsageException.require(
        classes.size() >= 2,
        "%s: column %s has one value only, '%s'; is it the label?",
        file,
        label,
        classes.get(0));
    if (spec.options().containsKey("test")) {
      Path testFile =
          DataFiles.written("csv", spec.text("test", ""), place, EXAMPLE + ",test=digits-test.csv");
      Table test = Table.read(testFile, separator, label, Optional.of(train.features));
      return new DataSet(
          name,
          train.samples(name + "/train", classes),
          Optional.empty(),
          test.samples(name + "/test", classes),
          classes,
          0);
    }
    return HeldOut.fifth(name, train.samples(name, classes), classes);
  }

  private static char separator(String text) {
    if (text.equals("tab") || text.equals("\\t")) {
      return '\t';
    }
    UsageException.require(
        text.length() == 1, "csv: separator is one character, or tab; was '%s'", text);
    return text.charAt(0);
  }

  /** A file read: rows of features in the order of the training file's columns. */
  private record Table(
      Path file, List<String> features, List<float[]> rows, List<String> labels, List<Long> lines) {

    static Table read(Path file, char separator, String label, Optional<List<String>> expected) {
      CSVFormat format =
          CSVFormat.DEFAULT
              .builder()
              .setDelimiter(separator)
              .setHeader()
              .setSkipHeaderRecord(true)
              .setTrim(true)
              .setIgnoreEmptyLines(true)
              .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
              .get();
      try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        skipByteOrderMark(reader);
        try (CSVParser parser = CSVParser.builder().setReader(reader).setFormat(format).get()) {
          List<String> header = parser.getHeaderNames();
          if (!header.contains(label)) {
            throw new UsageException(
                file + ": " + Names.unknown("column", label, header).getMessage());
          }
          List<String> features =
              expected.orElse(header.stream().filter(c -> !c.equals(label)).toList());
          UsageException.require(!features.isEmpty(), "%s has no column but the label", file);
          for (String feature : features) {
            UsageException.require(
                header.contains(feature),
                "%s lacks the column '%s' of the training file",
                file,
                feature);
          }
          Table table =
              new Table(file, features, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
          for (CSVRecord record : parser) {
            table.add(record, label, parser.getCurrentLineNumber());
          }
          UsageException.require(!table.rows.isEmpty(), "%s has a header but no rows", file);
          return table;
        }
      } catch (IOException | UncheckedIOException e) {
        IOException plain = e instanceof IOException i ? i : ((UncheckedIOException) e).getCause();
        throw DataFiles.unreadable(file, plain);
      } catch (UsageException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        // The library refuses headers that repeat or lack a name.
        throw new UsageException(
            file + ": the header line must name each column once: " + e.getMessage(), e);
      }
    }

    private static void skipByteOrderMark(BufferedReader reader) throws IOException {
      reader.mark(1);
      if (reader.read() != '\uFEFF') {
        reader.reset();
      }
    }

    private void add(CSVRecord record, String label, long line) {
      UsageException.require(
          record.isConsistent(),
          "%s, line %d: %d values, but the header names %d columns",
          file,
          line,
          record.size(),
          record.getParser().getHeaderNames().size());
      float[] row = new float[features.size()];
      for (int i = 0; i < row.length; i++) {
        String text = record.get(features.get(i));
        row[i] = number(text);
        UsageException.require(
            Float.isFinite(row[i]),
            "%s, line %d, column '%s': features are finite numbers, was '%s'",
            file,
            line,
            features.get(i),
            text);
      }
      String own = record.get(label);
      UsageException.require(!own.isEmpty(), "%s, line %d: the label is missing", file, line);
      rows.add(row);
      labels.add(own);
      lines.add(line);
    }

    private static float number(String text) {
      try {
        return Float.parseFloat(text);
      } catch (NumberFormatException e) {
        return Float.NaN;
      }
    }

    ArraySamples samples(String name, List<String> classes) {
      int width = features.size();
      float[] values = new float[Math.multiplyExact(rows.size(), width)];
      int[] numbers = new int[rows.size()];
      for (int row = 0; row < numbers.length; row++) {
        System.arraycopy(rows.get(row), 0, values, row * width, width);
        numbers[row] = classes.indexOf(labels.get(row));
        UsageException.require(
            numbers[row] >= 0,
            "%s, line %d: label '%s' does not occur in the training file; its labels are %s",
            file,
            lines.get(row),
            labels.get(row),
            String.join(", ", classes));
      }
      return ArraySamples.ofFloats(
          name, new Shape(width), classes.size(), values, numbers, Normalization.by(1));
    }
  }

  @Override
  public String summary() {
    return EXAMPLE + "[,test=FILE][,separator=;], a table with a header and numeric features";
  }
}
