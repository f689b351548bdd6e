package org.kd4j.core.store;

import java.io.IOException;

/** Content that is not what was written, with the difference as its message. */
final class Damaged extends IOException {
  private static final long serialVersionUID = 1L;

  Damaged(String difference) {
    super(difference);
  }
}
