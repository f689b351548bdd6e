package org.kd4j.core.base;

/** Something whose content is told by a hash: samples, trained networks. */
public interface Fingerprinted {
  /** The hash of all that decides this value. */
  Fingerprint fingerprint();
}
