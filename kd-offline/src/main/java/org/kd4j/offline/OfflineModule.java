package org.kd4j.offline;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family. */
public final class OfflineModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy("offline").to(Offline.Factory.class);
    strategy("logit-matching").to(LogitMatching.Factory.class);
    strategy("ensemble").to(DeepEnsemble.Factory.class);
    strategy("multi-teacher").to(MultiTeacher.Factory.class);
    representative("offline");
  }
}
