package org.kd4j.core.runner;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.SortedMap;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.network.Network;
import org.kd4j.core.phase.Following;
import org.kd4j.core.phase.Shadow;

/**
 * A shadow with its network.
 *
 * @param shadow how it follows
 * @param network its own weights, the learner's first at first
 * @param of the learner's network
 */
record LiveShadow(Shadow shadow, Network network, Network of) {

  /** Follows an update, where it follows those. */
  void afterStep(NDManager step, long done) {
    if (shadow.following() instanceof Following.Ema ema) {
      average(step, ema.decay());
    } else {
      take(done, Following.Unit.STEP);
    }
  }

  /** Follows the end of an epoch, where it follows those. */
  void afterEpoch(int done) {
    take(done, Following.Unit.EPOCH);
  }

  private void take(long done, Following.Unit unit) {
    if (shadow.following() instanceof Following.Snapshot s
        && s.unit() == unit
        && done % s.every() == 0) {
      network.load(of.weights());
    }
  }

  private void average(NDManager step, float decay) {
    network
        .parameters()
        .forEach(
            (path, parameter) -> {
              NDArray mine = parameter.getArray();
              NDArray theirs = of.parameters().get(path).getArray();
              if (parameter.requiresGradient()) {
                NDArray away = theirs.sub(mine);
                away.attach(step);
                mine.addi(Scalars.mul(away, 1 - decay));
              } else {
                mine.subi(mine).addi(theirs);
              }
            });
  }

  void save(Map<String, FloatBuffer> into) {
    network.values().forEach((path, values) -> into.put(shadow.role() + "/shadow/" + path, values));
  }

  void load(SortedMap<String, float[]> saved) {
    network.load(LiveLearner.below(saved, shadow.role() + "/shadow/"));
  }
}
