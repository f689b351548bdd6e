package org.kd4j.experiments.study;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.runner.Session;

/**
 * What networks say of a study's test split. The last few are kept: trials of one seed share their
 * teacher, and each asks what it says.
 */
final class TestPredictions {
  private static final int KEPT = 8;

  private final Samples test;
  private final Map<Fingerprint, Predictions> kept = new LinkedHashMap<>(KEPT, 0.75f, true);

  TestPredictions(Samples test) {
    this.test = test;
  }

  /** What somebody a session knows says; two trials that ask at once may both work it out. */
  Predictions of(Knowledge who, Session session) {
    Fingerprint print = who.fingerprint();
    synchronized (kept) {
      Predictions known = kept.get(print);
      if (known != null) {
        return known;
      }
    }
    Predictions said = session.predict(who, test);
    synchronized (kept) {
      kept.put(print, said);
      if (kept.size() > KEPT) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    return said;
  }
}
