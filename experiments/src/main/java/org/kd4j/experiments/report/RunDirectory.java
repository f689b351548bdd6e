package org.kd4j.experiments.report;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;

/**
 * The folder of one run: {@code run.json} (everything), {@code config.yaml}, {@code metrics.jsonl},
 * {@code results.csv}, {@code summary.csv}, {@code .md} and {@code .tex}, {@code report.html},
 * {@code run.log}; of an experiment beside it {@code experiment.json} and {@code findings.*}, with
 * a run in it, or one in each folder below. Never overwritten by another run; each file is replaced
 * as a whole, so that whoever reads it while the run goes on finds it complete.
 *
 * @param path the folder
 */
public record RunDirectory(Path path) {
  private static final String RECORD = "run.json";
  private static final String CONFIG = "config.yaml";
  private static final String EXPERIMENT = "experiment.json";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  /**
   * The folder a user names, made where it does not exist.
   *
   * @param path absent or empty
   * @return the run's directory
   * @throws UsageException where something is in it, or it cannot be written
   */
  public static RunDirectory create(Path path) {
    try {
      Files.createDirectories(path);
      refuseIfNotEmpty(path);
      Files.delete(Files.createTempFile(path, ".writable", null));
      return new RunDirectory(path);
    } catch (FileAlreadyExistsException e) {
      throw blocked(e);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /**
   * A new folder {@code <name>-<date>-<hash>} under another.
   *
   * @param runs the folder of all runs
   * @param name of the study
   * @param config the text of {@code config.yaml}, whose hash is in the name
   * @param when the run starts
   * @return the run's directory
   */
  public static RunDirectory createUnder(
      Path runs, String name, String config, LocalDateTime when) {
    String clean = name.replaceAll("[^\\p{L}\\p{N}._-]+", "-").replaceAll("^[-.]+|-+$", "");
    String hash = Fingerprint.ofText(config).brief().substring(0, 8);
    String folder = (clean.isEmpty() ? "study" : clean) + "-" + DATE.format(when) + "-" + hash;
    for (int i = 1; ; i++) {
      Path path = runs.resolve(i == 1 ? folder : folder + "-" + i);
      if (claimed(path)) {
        return create(path);
      }
    }
  }

  /** Makes a folder, unless there is something of its name: of two runs that ask, one gets it. */
  private static boolean claimed(Path path) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.createDirectory(path);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (path.toString().equals(e.getFile())) {
        return false;
      }
      throw blocked(e);
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private static UsageException blocked(FileAlreadyExistsException e) {
    return new UsageException(
        "'" + e.getFile() + "' is a file, not a directory; give another --out", e);
  }

  private static UsageException unwritable(Path path, IOException e) {
    return new UsageException(
        "'"
            + path
            + "' cannot be written: "
            + reason(e)
            + "; give --out a directory you may write to",
        e);
  }

  /**
   * The folder of a run that was.
   *
   * @param path holds {@code run.json}
   * @return the run's directory
   */
  public static RunDirectory open(Path path) {
    RunDirectory directory = new RunDirectory(path);
    if (!directory.begun()) {
      throw new UsageException(
          "'"
              + path
              + "' is not a run's directory: it holds no "
              + RECORD
              + "; 'kd run' prints the one it makes");
    }
    return directory;
  }

  /** Reads this run's record. */
  public RunRecord record() {
    Path file = path.resolve(RECORD);
    return Json.read(text(file), file.toString());
  }

  /**
   * The runs of a folder by their folders' names, in order: of an experiment of several studies
   * each study's, else the folder itself under an empty name.
   *
   * @throws UsageException where there is none
   */
  public static SortedMap<String, RunDirectory> runs(Path path) {
    if (!isExperiment(path) || new RunDirectory(path).begun()) {
      return new TreeMap<>(Map.of("", open(path)));
    }
    try (Stream<Path> folders = Files.list(path)) {
      SortedMap<String, RunDirectory> runs = new TreeMap<>();
      folders
          .map(RunDirectory::new)
          .filter(RunDirectory::begun)
          .forEach(run -> runs.put(run.path().getFileName().toString(), run));
      UsageException.require(
          !runs.isEmpty(),
          "the experiment in '%s' has not begun any study; 'kd resume %s' does",
          path,
          path);
      return runs;
    } catch (IOException e) {
      throw new UsageException("'" + path + "' cannot be read: " + reason(e), e);
    }
  }

  /** Whether a folder is that of an experiment, which may hold several runs. */
  public static boolean isExperiment(Path path) {
    return Files.isRegularFile(path.resolve(EXPERIMENT));
  }

  /** Whether there is a run in it, ended or not. */
  public boolean begun() {
    return Files.isRegularFile(path.resolve(RECORD));
  }

  /** The folder of one of an experiment's studies; it need not be there. */
  public RunDirectory study(String name) {
    return new RunDirectory(path.resolve(name));
  }

  /** The same, made where it is not there. */
  public RunDirectory made() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new RunException("'" + path + "' cannot be made: " + reason(e), e);
    }
    return this;
  }

  /** Writes what is on record of an experiment. */
  public void write(ExperimentRecord record) {
    write(EXPERIMENT, Json.write(record));
  }

  /** Reads what is on record of an experiment. */
  public ExperimentRecord experiment() {
    Path file = path.resolve(EXPERIMENT);
    return Json.readExperiment(text(file), file.toString());
  }

  /**
   * Writes {@code findings.md}, {@code .html}, {@code .tex}, {@code .csv} and {@code .txt}.
   *
   * @param findings what came out
   * @param page as Markdown
   * @param html as {@link HtmlReport} makes it
   */
  public void write(Findings findings, String page, String html) {
    write("findings.md", page);
    write("findings.html", html);
    write("findings.tex", FindingsText.latex(findings));
    write("findings.csv", FindingsText.csv(findings));
    write("findings.txt", FindingsText.plain(findings));
  }

  /** Where the log goes. */
  public Path log() {
    return path.resolve("run.log");
  }

  /** Where the report is. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** Writes the resolved configuration. */
  public void writeConfig(String yaml) {
    write(CONFIG, yaml);
  }

  /** Writes a file of a name of its own. */
  public void beside(String name, String content) {
    write(name, content);
  }

  /**
   * Writes the record alone, before there is anything to report: a run killed at once can resume.
   */
  public void begin(RunRecord record) {
    write(RECORD, Json.write(record));
  }

  /** Writes the record and all that is made from it; called as often as there is news. */
  public void write(RunRecord record) {
    begin(record);
    remake(record);
  }

  /** Makes table, metrics and report from a record anew; the record itself stays as it is. */
  public void remake(RunRecord record) {
    Summary summary = Summary.of(record.study());
    write("metrics.jsonl", Json.metrics(record.study()));
    write("results.csv", Tables.csv(Tables.trials(record.study())));
    write("summary.csv", Tables.csv(Tables.summary(summary)));
    write("summary.md", TextTables.markdown(summary));
    write("summary.tex", TextTables.latex(summary));
    Path config = path.resolve(CONFIG);
    write("report.html", HtmlReport.render(record, Files.exists(config) ? text(config) : ""));
  }

  private static void refuseIfNotEmpty(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      String found =
          files
              .map(f -> f.getFileName().toString())
              .sorted()
              .limit(3)
              .collect(Collectors.joining(", "));
      UsageException.require(
          found.isEmpty(),
          "'%s' is not empty (it holds %s) and a run is never overwritten; "
              + "give --out another directory or remove this one",
          path,
          found);
    }
  }

  private void write(String name, String content) {
    Path file = path.resolve(name);
    Path temporary = path.resolve("." + name + ".part");
    try {
      Files.writeString(temporary, content, StandardCharsets.UTF_8);
      try {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new RunException(
          "'"
              + file
              + "' cannot be written: "
              + reason(e)
              + "; phases in the store are kept: make room and run the same command again",
          e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UsageException("'" + file + "' cannot be read: " + reason(e), e);
    }
  }

  /** What the platform said, in words: its exceptions' messages are often just the path. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such directory";
    }
    if (e instanceof CharacterCodingException) {
      return "it is damaged, not UTF-8 text";
    }
    String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return said == null ? e.getClass().getSimpleName() : said;
  }
}
