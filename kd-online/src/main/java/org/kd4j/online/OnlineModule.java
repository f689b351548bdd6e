package org.kd4j.online;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family. */
public final class OnlineModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy("online").to(Online.Factory.class);
    strategy("codistillation").to(Codistillation.Factory.class);
    strategy("kdcl").to(CollaborativeLearning.Factory.class);
    strategy("one").to(NativeEnsemble.Factory.class);
    representative("online");
  }
}
