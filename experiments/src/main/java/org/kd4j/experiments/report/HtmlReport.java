package org.kd4j.experiments.report;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A study as one HTML page for somebody who did not run it: what came out, how the networks
 * learned, who taught whom, what the teacher sees, and how to run it again. Needs no network and no
 * other file.
 */
public final class HtmlReport {
  private static final PebbleTemplate PAGE =
      new PebbleEngine.Builder()
          .loader(loader())
          .strictVariables(true)
          .defaultLocale(Locale.ROOT)
          .build()
          .getTemplate("report.peb");

  private HtmlReport() {}

  /**
   * The page.
   *
   * @param record of the run
   * @param config the text of {@code config.yaml}; may be empty
   * @return HTML
   */
  public static String render(RunRecord record, String config) {
    Map<String, Object> model = new HashMap<>();
    model.put("record", record);
    model.put("config", config);
    model.put("page", ReportPage.of(record));
    StringWriter html = new StringWriter();
    try {
      PAGE.evaluate(html, model, Locale.ROOT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return html.toString();
  }

  private static ClasspathLoader loader() {
    ClasspathLoader loader = new ClasspathLoader(HtmlReport.class.getClassLoader());
    loader.setPrefix("org/kd4j/experiments/report");
    return loader;
  }
}
