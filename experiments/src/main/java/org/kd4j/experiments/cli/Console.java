package org.kd4j.experiments.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command writes: results to one stream, all the rest to another.
 *
 * @param out results
 * @param err progress, notes, errors
 * @param live whether the second stream is a terminal: then lines may be drawn over
 * @param coloured whether colours are welcome in results
 * @param width columns of the terminal
 */
record Console(PrintWriter out, PrintWriter err, boolean live, boolean coloured, int width) {
  private static final int USUAL_WIDTH = 80;

  /** The process's own streams, in UTF-8 whatever the locale. */
  static Console standard(Map<String, String> environment) {
    return new Console(
        writer(System.out),
        writer(System.err),
        isTerminal(System.getProperty("kd.terminal", "")),
        Ansi.AUTO.enabled(),
        width(environment));
  }

  /** Java cannot ask for one stream; the launcher does. */
  private static boolean isTerminal(String told) {
    return told.isEmpty() ? System.console() != null : Boolean.parseBoolean(told);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static int width(Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("[1-9]\\d{1,3}") ? Math.max(40, Integer.parseInt(columns)) : USUAL_WIDTH;
  }

  /** Says something that is no result. */
  void say(String line) {
    err.println(line);
    err.flush();
  }

  /** Prints a line of a result. */
  void print(String line) {
    out.println(line);
    out.flush();
  }
}
