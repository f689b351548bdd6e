package org.kd4j.online;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family; there is none yet. */
public final class OnlineModule extends StrategyModule {
  @Override
  protected void configureStrategies() {}
}
