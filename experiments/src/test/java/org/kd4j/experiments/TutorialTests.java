package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.experiments.cli.CommandLines;

/** The commands of the tutorial work, in their order, at smoke budget. */
class TutorialTests {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\s*?\\n(.*?)^```\\s*?$");
  private static final List<String> TRAIN = List.of("compare", "run");

  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  private static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("TUTORIAL.md")));
    while (block.find()) {
      block.group(1).lines().filter(line -> line.startsWith("kd ")).forEach(commands::add);
    }
    return commands;
  }

  /** Paths as in the repository's folder, everything else in a folder of the test. */
  private String[] words(String command) {
    List<String> words = new ArrayList<>();
    for (String word : command.replace(" || true", "").split(" ")) {
      words.add(
          word.startsWith("runs/")
              ? folder.resolve(word).toString()
              : word.startsWith("../")
                  ? folder.resolve(word.substring(3)).toString()
                  : word.startsWith("experiments/")
                      ? word.substring("experiments/".length())
                      : word);
    }
    words.remove(0);
    if (TRAIN.contains(words.get(0))) {
      words.add("--budget=smoke");
      words.add("--store=" + folder.resolve("store"));
      if (words.get(0).equals("compare")) {
        words.add("--train=200");
      }
    }
    return words.toArray(String[]::new);
  }

  @Test
  void itsCommandsRun() throws IOException {
    List<String> commands = commands();
    assertThat(commands).hasSizeGreaterThan(10);
    Map<String, String> environment = Map.of("KD_STORE", folder.resolve("store").toString());
    for (String command : commands) {
      CommandLines.Ended ended = CommandLines.kd(environment, words(command));
      int wanted = command.endsWith("|| true") ? 1 : 0;
      assertThat(ended.status()).as(command + "\n" + ended.out() + ended.err()).isEqualTo(wanted);
    }
    assertThat(folder.resolve("runs/search/search.csv")).exists();
    String report = Files.readString(folder.resolve("runs/temperature/report.html"));
    for (String part :
        List.of("Accuracy against temperature", "Mean soft targets", ">Reliability<")) {
      assertThat(report.contains(part)).as(part).isTrue();
    }
  }
}
