package org.kd4j.experiments.cli;

import java.util.Map;
import org.kd4j.experiments.study.StudyRunner;

/** The process behind {@code kd}. */
public final class Main {
  private Main() {}

  /**
   * Runs a command line and exits with its status: 0 all is well, 1 a run failed, 2 usage or input
   * was refused.
   *
   * @param arguments what was typed after {@code kd}
   */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    Console console = Console.standard(environment);
    Application application = Application.of(console, known -> new StudyRunner(known, environment));
    int status = Kd.execute(application, arguments);
    console.out().flush();
    console.err().flush();
    System.exit(status);
  }
}
