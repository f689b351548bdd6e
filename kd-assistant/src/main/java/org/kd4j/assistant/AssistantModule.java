package org.kd4j.assistant;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family; there is none yet. */
public final class AssistantModule extends StrategyModule {
  @Override
  protected void configureStrategies() {}
}
