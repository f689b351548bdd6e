package org.kd4j.core.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code sst2}: sentences of film reviews, negative or positive, as in GLUE: 67,349 to train, most
 * of them parts of sentences, 872 to test (the published development split; the published test
 * split has no labels). R. Socher et al., "Recursive Deep Models for Semantic Compositionality Over
 * a Sentiment Treebank", EMNLP 2013; A. Wang et al., "GLUE", ICLR 2019.
 */
public final class Sst2Source implements DataSource {
  private static final String FILES =
      "  train.tsv  sha256 48eac26399f8456935f81dd9e3a745c1430adb6c62e233ccfe22db4a0d15d1d1\n"
          + "  dev.tsv    sha256 54a9c12c77e402fc14d6a66a506f24d999f596b0176eb777c972cccc2f9cc4b0";
  private static final TextTable.Columns COLUMNS =
      new TextTable.Columns("sentence", Optional.empty(), "label", true);

  @Override
  public DataSet load(SpecText spec, Place place) {
    spec.knowing(TextFiles.OPTIONS.toArray(String[]::new));
    UsageException.require(
        spec.argument().isEmpty(), "sst2 takes options only, as in sst2,length=48; was '%s'", spec);
    Path folder = folder(place).orElseThrow(() -> Absent.set("sst2", "SST-2", FILES, false, place));
    DataSet set =
        TextFiles.set(
            "sst2",
            TextTable.read(folder.resolve("train.tsv"), COLUMNS),
            TextTable.read(folder.resolve("dev.tsv"), COLUMNS),
            spec,
            place);
    UsageException.require(
        set.classNames().equals(List.of("0", "1")),
        "%s: labels of SST-2 are 0 and 1, were %s",
        folder.resolve("train.tsv"),
        set.classNames());
    return new DataSet(
        set.name(), set.train(), set.validation(), set.test(), List.of("negative", "positive"), 0);
  }

  @Override
  public Optional<Path> folder(Place place) {
    return DataFiles.folder(place, List.of("sst2"), dir -> Files.exists(dir.resolve("train.tsv")));
  }

  @Override
  public String summary() {
    return "sst2, 67,349 + 872 sentences of film reviews, from the data directory; options "
        + TextFiles.SUMMARY;
  }
}
