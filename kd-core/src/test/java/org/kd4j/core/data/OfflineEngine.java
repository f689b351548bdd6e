package org.kd4j.core.data;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** DJL, started for a test without asking any network for anything. */
final class OfflineEngine {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private OfflineEngine() {}

  static NDManager manager() {
    return Engine.getEngine("PyTorch").newBaseManager();
  }
}
