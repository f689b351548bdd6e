package org.example.hellinger;

import org.kd4j.core.wiring.StrategyModule;

public final class HellingerModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy("hellinger").to(HellingerDistillation.Factory.class);
    network("bottleneck").to(Bottleneck.Family.class);
  }
}
