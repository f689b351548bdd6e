package org.kd4j.experiments.study;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.data.Samples;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.runner.Session;

/**
 * What teachers and others beside the students say of a study's test split. The last few are kept:
 * trials of one seed share their teacher, and each asks what it says.
 */
final class TestPredictions {
  /** Numbers kept at most, 128 MB. */
  private static final long MOST = 1L << 25;

  private final Samples test;
  private final Map<Fingerprint, Predictions> kept = new LinkedHashMap<>(8, 0.75f, true);
  private long numbers;

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
      Predictions other = kept.put(print, said);
      numbers += said.logits().length - (other == null ? 0 : other.logits().length);
      Iterator<Predictions> eldest = kept.values().iterator();
      while (numbers > MOST) {
        numbers -= eldest.next().logits().length;
        eldest.remove();
      }
    }
    return said;
  }
}
