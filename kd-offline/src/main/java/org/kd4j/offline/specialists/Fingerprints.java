package org.kd4j.offline.specialists;

import java.util.List;
import org.kd4j.core.base.Canonical;
import org.kd4j.core.base.CodeHash;
import org.kd4j.core.base.Fingerprint;

/** Fingerprints of knowledge that is made of other knowledge. */
final class Fingerprints {
  private Fingerprints() {}

  /**
   * Of its kind, its parts in their order, and their code where they compute more than a network.
   */
  static Fingerprint of(String kind, Object... parts) {
    Canonical form = Canonical.of(List.of(parts));
    return Fingerprint.ofText(kind + " " + form.text() + CodeHash.of(form.types()));
  }
}
