package org.kd4j.experiments.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What is on record of an experiment's run beside its studies: {@code experiment.json}.
 *
 * @param schema version of this form
 * @param name of the experiment
 * @param budget as text
 * @param overrides of the studies' values, as typed
 * @param sets the real data sets that were at hand when it began
 * @param commandLine as typed
 * @param settings threads, workers, device …: how it ran
 * @param started when
 * @param versions kd4j, Java
 * @param machine operating system, processor, memory
 * @param commit of the working copy it was run in; {@code unknown} outside of one
 */
public record ExperimentRecord(
    int schema,
    String name,
    String budget,
    List<String> overrides,
    List<String> sets,
    List<String> commandLine,
    SortedMap<String, String> settings,
    Instant started,
    SortedMap<String, String> versions,
    SortedMap<String, String> machine,
    String commit) {
  /** The schema that is written, and read. */
  public static final int SCHEMA = 1;

  private static final long PATIENCE_SECONDS = 10;
  private static final String GONE_ON = ", gone on with ";

  /** Copies. */
  public ExperimentRecord {
    overrides = List.copyOf(overrides);
    sets = List.copyOf(sets);
    commandLine = List.copyOf(commandLine);
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    machine = Collections.unmodifiableSortedMap(new TreeMap<>(machine));
  }

  /** The record of a run that starts now, on this machine. */
  public static ExperimentRecord starting(
      String name,
      String budget,
      List<String> overrides,
      List<String> sets,
      List<String> commandLine,
      SortedMap<String, String> settings) {
    return new ExperimentRecord(
        SCHEMA,
        name,
        budget,
        overrides,
        sets,
        commandLine,
        settings,
        Instant.now(),
        Machine.versions(),
        Machine.facts(),
        head());
  }

  /**
   * The same, gone on with from this working copy: where that is of another commit, both are told.
   */
  public ExperimentRecord goneOnWith() {
    return goneOnWith(head());
  }

  ExperimentRecord goneOnWith(String head) {
    if (commit.equals(head) || commit.endsWith(GONE_ON + head)) {
      return this;
    }
    return new ExperimentRecord(
        schema,
        name,
        budget,
        overrides,
        sets,
        commandLine,
        settings,
        started,
        versions,
        machine,
        commit + GONE_ON + head);
  }

  /**
   * Command, machine, date and commit over the findings, as Markdown for a folder of results.
   *
   * @param summary the experiment's question
   * @param facts how the findings came about: {@link #facts}
   * @param findings what came out
   */
  public String page(String summary, Map<String, String> facts, Findings findings) {
    StringBuilder text = new StringBuilder("# " + name + "\n\n" + summary + "\n\n");
    facts.forEach(
        (fact, value) ->
            text.append("- " + fact + ": ")
                .append(fact.equals("command") ? "`" + value + "`" : value)
                .append('\n'));
    return text.append('\n').append(FindingsText.markdown(findings)).toString();
  }

  /**
   * How the findings came about, by name.
   *
   * @param data what the data is
   * @param training who is trained and for how long
   * @param minutes how long its studies took
   */
  public Map<String, String> facts(String data, String training, double minutes) {
    String command = "kd run " + name + " --budget " + budget;
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", command + (overrides.isEmpty() ? "" : " " + String.join(" ", overrides)));
    facts.put("data", data);
    facts.put("training", training);
    facts.put("machine", String.join(", ", machine.values()));
    facts.put(
        "date",
        started.toString().substring(0, 10)
            + "; studies took "
            + Numbers.fixed("%.1f", minutes)
            + " minutes");
    facts.put(
        "commit",
        commit
            + "; kd4j "
            + versions.getOrDefault("kd4j", "?")
            + ", Java "
            + versions.getOrDefault("java", "?"));
    return facts;
  }

  private static String head() {
    try {
      String hash = git("rev-parse", "--short=12", "HEAD");
      if (hash.isEmpty()) {
        return "unknown";
      }
      // Pages that runs before this one made are no change of what is run.
      boolean clean =
          git("status", "--porcelain", "--untracked-files=no", "--", ":/", ":(top,exclude)*.md")
              .isEmpty();
      return hash + (clean ? "" : " and changes");
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }

  private static String git(String... words) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Process git =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean ended = git.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0;
    return ended ? said.strip() : "";
  }
}
