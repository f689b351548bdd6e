package org.kd4j.experiments.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * The log: warnings to the terminal, and while a study runs, more of it to {@code run.log}. Where
 * another provider than Logback is on the class path, it is left as it is.
 */
final class Logging {
  private static final String OURS = "org.kd4j";

  /** As the configuration has it, which leaves traces out. */
  private static final String TERMINAL = "%-5level %logger{0}: %msg%n";

  private static boolean verbose;

  private Logging() {}

  /** Lets the terminal have what a run's log has, traces of exceptions too. */
  static void verbose(boolean on) {
    verbose = on;
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(OURS).setLevel(on ? Level.DEBUG : null);
      Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      root.iteratorForAppenders()
          .forEachRemaining(
              appender -> {
                appender.getCopyOfAttachedFiltersList().stream()
                    .filter(ThresholdFilter.class::isInstance)
                    .forEach(f -> ((ThresholdFilter) f).setLevel(on ? "DEBUG" : "WARN"));
                if (appender instanceof ConsoleAppender<ILoggingEvent> terminal
                    && terminal.getEncoder() instanceof PatternLayoutEncoder encoder) {
                  encoder.stop();
                  encoder.setPattern(on ? TERMINAL + "%ex" : TERMINAL + "%nopex");
                  encoder.start();
                }
              });
    }
  }

  /**
   * Writes a log until it is closed.
   *
   * @param file is added to
   */
  static Open to(Path file) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return () -> {};
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern("%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{20}: %msg%n");
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setAppend(true);
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger ours = context.getLogger(OURS);
    Level before = ours.getLevel();
    ours.setLevel(verbose ? Level.DEBUG : Level.INFO);
    root.addAppender(appender);
    return () -> {
      ours.setLevel(before);
      root.detachAppender(appender);
      appender.stop();
    };
  }

  /** A log that is written. */
  interface Open extends AutoCloseable {
    @Override
    void close();
  }
}
