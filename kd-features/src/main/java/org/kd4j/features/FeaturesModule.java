package org.kd4j.features;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family; there is none yet. */
public final class FeaturesModule extends StrategyModule {
  @Override
  protected void configureStrategies() {}
}
