package org.kd4j.experiments.study;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.wiring.Distillation;

/** Reads data sets, and keeps the last one: a process mostly asks for the same again. */
final class DataShelf {
  private record Kept(String text, DataSource.Place place, DataSet data) {}

  private final Distillation distillation;
  private final Map<String, String> environment;
  private @Nullable Kept kept;

  /**
   * @param distillation what there is
   * @param environment variables; {@code KD_DATA} is read
   */
  DataShelf(Distillation distillation, Map<String, String> environment) {
    this.distillation = distillation;
    this.environment = Map.copyOf(environment);
  }

  /** Whether a set lies here, so that nothing would be read. */
  synchronized boolean holds(String text, RunSettings settings) {
    return kept != null && kept.text.equals(text) && kept.place.equals(place(settings));
  }

  /** The data set of a study, from where its settings say. */
  synchronized DataSet load(String text, RunSettings settings) {
    if (kept == null || !holds(text, settings)) {
      kept = null; // never two in memory
      DataSource.Place place = place(settings);
      kept = new Kept(text, place, distillation.load(text, place));
    }
    return kept.data;
  }

  private DataSource.Place place(RunSettings settings) {
    return new DataSource.Place(settings.dataDirectory(environment), settings.download());
  }
}
