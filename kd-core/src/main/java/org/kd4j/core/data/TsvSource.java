package org.kd4j.core.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * {@code tsv:DIR}: labelled texts of one's own, {@code train.tsv} and {@code dev.tsv} with cells
 * parted by tabs and no quoting. {@code text=} and {@code label=} name columns of the header, or
 * number them from 1; {@code second=} a second text, for pairs. Unless said otherwise the columns
 * are {@code sentence} and {@code label} of a header; {@code header=no} says that there is none,
 * and text and label are then columns 1 and 2. Labels are words or numbers; classes are sorted.
 */
public final class TsvSource implements DataSource {
  @Override
  public DataSet load(SpecText spec, Place place) {
    List<String> known = new ArrayList<>(TextFiles.OPTIONS);
    known.addAll(List.of("text", "second", "label", "header"));
    spec.knowing(known.toArray(String[]::new));
    Path folder = DataFiles.written("tsv", spec.argument(), place, "tsv:data/reviews");
    UsageException.require(
        Files.isDirectory(folder), "tsv: there is no folder %s", folder.toAbsolutePath());
    String header = spec.text("header", "yes");
    UsageException.require(
        header.equals("yes") || header.equals("no"), "tsv: header is yes or no, was '%s'", header);
    boolean named = header.equals("yes");
    TextTable.Columns columns =
        new TextTable.Columns(
            spec.text("text", named ? "sentence" : "1"),
            Optional.ofNullable(spec.options().get("second")),
            spec.text("label", named ? "label" : "2"),
            named);
    return TextFiles.set(
        DataFiles.name(folder.toAbsolutePath().normalize()),
        TextTable.read(folder.resolve("train.tsv"), columns),
        TextTable.read(folder.resolve("dev.tsv"), columns),
        spec,
        place);
  }

  @Override
  public String summary() {
    return "tsv:DIR[,text=sentence][,second=COLUMN][,label=label][,header=no], train.tsv and dev.tsv"
        + " of labelled texts; options "
        + TextFiles.SUMMARY;
  }
}
