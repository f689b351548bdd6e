package org.kd4j.core.runner;

import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.Canonical;
import org.kd4j.core.base.CodeHash;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.data.Samples;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.StopRule;
import org.kd4j.core.phase.UpdateOrder;

/**
 * The fingerprint of a phase: all that decides its result, the code of its records' modules
 * included; not its name, nor which of its networks counts, nor how often it writes a checkpoint.
 *
 * @param fingerprint the key; empty if there is none
 * @param obstacle why there is none: {@code "cast[0].objective.terms[1].term is a lambda"}
 */
record PhaseKey(Optional<Fingerprint> fingerprint, String obstacle) {

  private record Identity(
      long seed,
      List<Participant> cast,
      Feed feed,
      Optional<Samples> validation,
      int epochs,
      int batchSize,
      StopRule stop,
      UpdateOrder order,
      List<String> environment) {}

  static PhaseKey of(Phase phase, long seed, List<String> environment) {
    Canonical form =
        Canonical.of(
            new Identity(
                seed,
                phase.cast(),
                phase.feed(),
                phase.validation(),
                phase.training().epochs(),
                phase.training().batchSize(),
                phase.stop(),
                phase.order(),
                environment));
    Optional<String> obstacle = form.obstacle().or(() -> CodeHash.obstacle(form.types()));
    if (obstacle.isPresent()) {
      return new PhaseKey(Optional.empty(), obstacle.get());
    }
    String text = form.text() + "\ncode " + CodeHash.of(form.types());
    return new PhaseKey(Optional.of(Fingerprint.ofText(text)), "");
  }
}
