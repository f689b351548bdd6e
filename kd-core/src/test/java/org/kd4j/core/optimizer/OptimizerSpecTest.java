package org.kd4j.core.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.schedule.Schedule;

class OptimizerSpecTest {
  private static final Schedule RATE = Schedule.constant(0.1f);

  private static OptimizerSpec parse(String text) {
    return OptimizerSpec.parse(text, RATE);
  }

  @Test
  void constantsAreTheCustomaryOnesWhereNoneAreGiven() {
    assertThat(parse("adam")).isEqualTo(Adam.of(RATE));
    assertThat(parse("adamw")).isEqualTo(AdamW.of(RATE));
    assertThat(parse("sgd")).isEqualTo(Sgd.of(RATE));
    assertThat(parse("sgd,momentum=0.5,nesterov=false,weightDecay=5e-4,clipNorm=1"))
        .isEqualTo(new Sgd(RATE, 0.5f, false, 5e-4f, 1));
    assertThat(parse("sgd,momentum=0")).isEqualTo(new Sgd(RATE, 0, false, 0, 0));
    assertThat(parse("adam,beta1=0.8,beta2=0.99,epsilon=1e-6,weightDecay=1e-4,clipNorm=2"))
        .isEqualTo(new Adam(RATE, 0.8f, 0.99f, 1e-6f, 1e-4f, 2));
    assertThat(parse("adamw,weightDecay=0.1"))
        .isEqualTo(new AdamW(RATE, 0.9f, 0.999f, 1e-8f, 0.1f, 0));
    assertThat(OptimizerSpec.customaryRate("sgd,weightDecay=5e-4")).isEqualTo(0.05f);
    assertThat(OptimizerSpec.customaryRate("adam,clipNorm=1")).isEqualTo(1e-3f);
  }

  @Test
  void whatIsWrongIsNamed() {
    refused("adm", "No optimizer 'adm'. Did you mean 'adam'? Known: adam, adamw, sgd.");
    refused(
        "sgd,momentun=0.9",
        "No option of sgd 'momentun'. Did you mean 'momentum'? Known: clipNorm, momentum, nesterov,"
            + " weightDecay.");
    refused("sgd,momentum=1", "momentum must be from 0 to below 1, was 1.0");
    refused("sgd,momentum=0,nesterov=true", "Nesterov needs momentum above 0, was 0");
    refused("sgd,nesterov=yes", "sgd: nesterov must be true or false, was 'yes'");
    refused("adam,clipNorm=much", "adam: clipNorm must be a number, was 'much'");
    refused("adam:5", "adam takes constants alone, as in adam,weightDecay=5e-4; was 'adam:5'");
  }

  private static void refused(String text, String message) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(UsageException.class).hasMessage(message);
  }
}
