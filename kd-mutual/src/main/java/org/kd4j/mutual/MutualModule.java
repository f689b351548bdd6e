package org.kd4j.mutual;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family; there is none yet. */
public final class MutualModule extends StrategyModule {
  @Override
  protected void configureStrategies() {}
}
