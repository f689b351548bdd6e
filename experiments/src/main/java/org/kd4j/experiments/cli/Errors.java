package org.kd4j.experiments.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What went wrong, as one message and an exit status. */
final class Errors {
  /** All is well. */
  static final int OK = 0;

  /** A run failed. */
  static final int FAILED = 1;

  /** Usage, configuration or input was refused. */
  static final int REFUSED = 2;

  private Errors() {}

  /** Of a command that began. */
  static int report(Throwable error, Application application) {
    Console console = application.console();
    if (error instanceof UsageException) {
      console.say(message(error));
      trace(error, application);
      return REFUSED;
    }
    if (error instanceof RunException) {
      console.say(message(error));
    } else if (error instanceof IOException || error instanceof UncheckedIOException) {
      Throwable cause = error instanceof IOException ? error : error.getCause();
      console.say("Reading or writing failed: " + cause);
    } else if (error instanceof OutOfMemoryError) {
      console.say(
          "Out of memory: "
              + error.getMessage()
              + ". Use fewer --workers, or give Java more with KD_JAVA_OPTS=-Xmx8g.");
    } else {
      console.say(
          error.getClass().getSimpleName()
              + ": "
              + error.getMessage()
              + "\nThis is a bug of kd4j; run with -v to see where.");
    }
    trace(error, application);
    return FAILED;
  }

  private static String message(Throwable error) {
    return error.getMessage() == null ? error.toString() : error.getMessage();
  }

  private static void trace(Throwable error, Application application) {
    if (application.verbose()) {
      error.printStackTrace(application.console().err());
      application.console().err().flush();
    }
  }

  /** Of a command line that cannot be understood. */
  static int refuse(ParameterException error, List<String> given, Console console) {
    CommandLine command = error.getCommandLine();
    String name = command.getCommandSpec().qualifiedName(" ");
    console.say(name + ": " + why(error, command, given) + "\n'" + name + " --help' tells more.");
    return REFUSED;
  }

  private static String why(ParameterException error, CommandLine command, List<String> given) {
    List<String> unmatched =
        error instanceof UnmatchedArgumentException u && !u.getUnmatched().isEmpty()
            ? u.getUnmatched()
            : List.of();
    Optional<String> twice = twice(error, given);
    if (twice.isPresent()) {
      return "'" + twice.get() + "' is given twice.";
    }
    if (unmatched.isEmpty()) {
      String said = error.getMessage();
      return said.endsWith(".") ? said : said + ".";
    }
    String word = unmatched.get(0);
    if (word.startsWith("-")) {
      List<String> options = new ArrayList<>();
      command.getCommandSpec().options().stream()
          .filter(o -> !o.hidden())
          .forEach(o -> options.addAll(List.of(o.names())));
      String option = option(word);
      return "There is no option '"
          + option
          + "'."
          + Names.nearest(option, options).map(near -> " Did you mean '" + near + "'?").orElse("");
    }
    if (!command.getSubcommands().isEmpty()) {
      return String.valueOf(
          Names.unknown("command", word, command.getSubcommands().keySet()).getMessage());
    }
    return error instanceof MaxValuesExceededException || unmatched.size() == 1
        ? "'" + word + "' is one word too many."
        : "'" + String.join(" ", unmatched) + "' are too many words.";
  }

  /** An option that is there twice, which picocli tells by printing the whole group it is in. */
  private static Optional<String> twice(ParameterException error, List<String> given) {
    if (!(error instanceof MaxValuesExceededException)
        && !String.valueOf(error.getMessage()).contains("expected only one match")) {
      return Optional.empty();
    }
    Set<String> seen = new HashSet<>();
    return given.stream()
        .filter(word -> word.startsWith("--"))
        .map(Errors::option)
        .filter(option -> !seen.add(option))
        .findFirst();
  }

  private static String option(String word) {
    return word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
  }
}
