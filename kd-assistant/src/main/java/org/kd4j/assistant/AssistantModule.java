package org.kd4j.assistant;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family. */
public final class AssistantModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy("assistant").to(Assistant.Factory.class);
    strategy("densely-guided").to(DenselyGuided.Factory.class);
    strategy("assistant-path").to(AssistantPath.Factory.class);
    strategy("early-stopped-student").to(EarlyStoppedStudent.Factory.class);
    strategy("early-stopped-teacher").to(EarlyStoppedTeacher.Factory.class);
    representative("assistant");
  }
}
