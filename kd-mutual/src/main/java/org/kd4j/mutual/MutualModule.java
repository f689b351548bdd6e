package org.kd4j.mutual;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family. */
public final class MutualModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy("mutual").to(DeepMutualLearning.Factory.class);
    strategy("born-again").to(BornAgain.Factory.class);
    representative("mutual");
  }
}
