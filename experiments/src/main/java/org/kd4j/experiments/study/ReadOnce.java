package org.kd4j.experiments.study;

import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource;

/**
 * Sets that were read, as long as there is memory for them: the studies of an experiment mostly cut
 * the same set, and to tokenise one of text takes longer than to plan what is done with it.
 */
final class ReadOnce {
  private final Map<Asked, SoftReference<DataSet>> sets = new HashMap<>();

  private record Asked(String data, DataSource.Place place) {}

  /**
   * A set.
   *
   * @param data as studies name it
   * @param place where it lies
   * @param reading how it is read where it is not there yet
   */
  synchronized DataSet of(String data, DataSource.Place place, Supplier<DataSet> reading) {
    Asked asked = new Asked(data, place);
    SoftReference<DataSet> known = sets.get(asked);
    DataSet set = known == null ? null : known.get();
    if (set == null) {
      set = reading.get();
      sets.put(asked, new SoftReference<>(set));
    }
    return set;
  }
}
