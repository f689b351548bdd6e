package org.kd4j.experiments.report;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A study as one HTML page for somebody who did not run it: what came out, how the networks
 * learned, who taught whom, what the teacher sees, and how to run it again. Needs no network and no
 * other file.
 */
public final class HtmlReport {
  private static final PebbleEngine ENGINE =
      new PebbleEngine.Builder()
          .loader(loader())
          .strictVariables(true)
          .defaultLocale(Locale.ROOT)
          .build();

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
    return filled("report.peb", model);
  }

  /**
   * The page of an experiment: its findings, and the way to the reports of its studies.
   *
   * @param record of the experiment
   * @param question what was asked
   * @param facts of the run, by name
   * @param findings what came out
   * @param reports where each study's report lies beside the page, by the study's name
   * @return HTML
   */
  public static String render(
      ExperimentRecord record,
      String question,
      Map<String, String> facts,
      Findings findings,
      Map<String, String> reports) {
    List<Chart> rankings =
        findings.rankings().stream()
            .map(
                r ->
                    new Chart(
                        "",
                        r.title(),
                        CriticalDifference.svg(r.names(), r.nemenyi()),
                        CriticalDifference.told(r.names(), r.nemenyi())))
            .toList();
    Map<String, Object> model = new HashMap<>();
    model.put("name", record.name());
    model.put("question", question);
    model.put("facts", facts);
    model.put(
        "tables", findings.tables().stream().map(t -> FindingsText.table(findings, t)).toList());
    model.put("rankings", rankings);
    model.put("figures", findings.figures().stream().map(FigureChart::of).toList());
    model.put("notes", findings.notes());
    model.put("legend", FindingsText.legend(findings));
    model.put("differs", findings.differs());
    model.put("reports", reports);
    return filled("findings.peb", model);
  }

  private static String filled(String template, Map<String, Object> model) {
    StringWriter html = new StringWriter();
    try {
      ENGINE.getTemplate(template).evaluate(html, model, Locale.ROOT);
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
