package org.kd4j.experiments.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.catalog.Experiment;
import org.kd4j.experiments.study.StudyRunner;

/** Command lines for real, in this process. */
public final class CommandLines {
  private CommandLines() {}

  /**
   * What became of one.
   *
   * @param status of exit
   * @param out results
   * @param err all the rest
   */
  public record Ended(int status, String out, String err) {}

  /** Runs a command line with an environment. */
  public static Ended kd(Map<String, String> environment, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false, 80);
    int status = Kd.execute(application(console, environment), words);
    return new Ended(status, out.toString(), err.toString());
  }

  /** Runs a command line with what there is, and no environment. */
  public static Ended kd(Distillation known, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false, 80);
    Application application =
        new Application(
            console, Map.of(), () -> known, of -> new StudyRunner(of, Map.of()), Experiment::all);
    int status = Kd.execute(application, words);
    return new Ended(status, out.toString(), err.toString());
  }

  /** Types into {@code kd jshell}. */
  public static Ended jshell(Map<String, String> environment, String typed) {
    StringWriter said = new StringWriter();
    Console console = new Console(new PrintWriter(said), new PrintWriter(said), false, false, 80);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        new JShellCommand(application(console, environment))
            .open(
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Ended(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8) + said);
  }

  private static Application application(Console console, Map<String, String> environment) {
    return new Application(
        console,
        environment,
        () -> Distillation.discovered(Application.plugins("", environment)),
        known -> new StudyRunner(known, environment),
        Experiment::all);
  }
}
