package org.kd4j.mutual;

import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family. */
public final class MutualModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy("mutual").to(DeepMutualLearning.Factory.class);
    strategy("born-again").to(BornAgain.Factory.class);
    strategy("self").to(SelfDistillation.Factory.class);
    strategy("be-your-own-teacher").to(BeYourOwnTeacher.Factory.class);
    representative("mutual");
  }
}
