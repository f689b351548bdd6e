package org.kd4j.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.UsageException;

/** Rates at chosen steps of a phase of 10 epochs of 10 steps, at a peak of 0.1. */
class ScheduleTests {
  private static final int STEPS = 100;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant | 0.1, 0.1, 0.1, 0.1",
        // 0.1·(1 + cos(π·f))/2 at f = 0, ¼, ½, 0.99
        "cosine | 0.1, 0.0853553, 0.05, 2.46720e-5",
        "linear | 0.1, 0.075, 0.05, 0.001",
        "multi-step:5-9 | 0.1, 0.1, 0.01, 0.001",
        "'multi-step:2-5,factor=0.5' | 0.1, 0.05, 0.025, 0.025"
      })
  void ratesAtTheFirstAQuarterHalfAndTheLastStep(String schedule, String rates) {
    int[] steps = {0, 25, 50, 99};
    String[] expected = rates.split(",");
    for (int i = 0; i < steps.length; i++) {
      float wanted = Float.parseFloat(expected[i].strip());
      assertThat(at(schedule, steps[i]))
          .as("step %d", steps[i])
          .isCloseTo(wanted, within(wanted * 1e-5f));
    }
  }

  /** Over two epochs of ten steps: step 0 is 1/20 of the way up, step 9 half, step 19 all. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'constant,warmup=2' | 0.005, 0.05, 0.1, 0.1",
        "'cosine,warmup=2' | 0.005, 0.0490073, 0.0913540, 0.0904508",
        "'linear,warmup=2' | 0.005, 0.0455, 0.081, 0.08",
        "'multi-step:1-2,warmup=2' | 0.005, 0.05, 0.01, 0.001"
      })
  void warmUpMultipliesAnyScheduleUntilItIsOver(String schedule, String rates) {
    int[] steps = {0, 9, 19, 20};
    String[] expected = rates.split(",");
    for (int i = 0; i < steps.length; i++) {
      float wanted = Float.parseFloat(expected[i].strip());
      assertThat(at(schedule, steps[i]))
          .as("step %d", steps[i])
          .isCloseTo(wanted, within(wanted * 1e-5f));
    }
  }

  /** Ten epochs run through in four: at each share of the way the rate of the long phase. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "constant",
        "cosine",
        "linear",
        "multi-step:5-9",
        "cosine,warmup=5",
        "multi-step:2-5,factor=0.5,warmup=2.5"
      })
  void aStretchedScheduleHasTheSameRatesAtTheSameShares(String text) {
    Schedule full = Schedule.parse(text, 0.1f);
    Schedule shorter = full.stretched(0.4);
    for (int step = 0; step < 40; step++) {
      // 25 steps an epoch in the long phase against 10 in the short one of 4: equal shares
      float there = full.at(new Progress(step, 4, 10, List.of()));
      float here = shorter.at(new Progress(step, 10, 4, List.of()));
      assertThat(here).as("step %d of 40", step).isCloseTo(there, within(there * 1e-5f));
    }
  }

  @Test
  void milestonesThatComeCloseStayApart() {
    assertThat(Schedule.parse("multi-step:5-9", 1).stretched(0.1))
        .hasToString("1 ×0.1 at [0.5, 0.9]");
    Schedule paper = Schedule.parse("multi-step:60-120-160,factor=0.2", 0.1f).stretched(35 / 200.0);
    assertThat(paper).hasToString("0.1 ×0.2 at [10.5, 21, 28]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant", "cosine", "linear", "multi-step:3-7", "cosine,warmup=1.5"})
  void aRateHangsOnItsStepAndOnNothingAskedBefore(String text) {
    Schedule schedule = Schedule.parse(text, 0.1f);
    float[] forwards = new float[STEPS];
    for (int step = 0; step < STEPS; step++) {
      forwards[step] = schedule.at(progress(step));
    }
    for (int step = STEPS - 1; step >= 0; step -= 3) {
      assertThat(schedule.at(progress(step))).isEqualTo(forwards[step]);
      assertThat(Schedule.parse(text, 0.1f).at(progress(step))).isEqualTo(forwards[step]);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cosin | No schedule 'cosin'. Did you mean 'cosine'? Known: constant, cosine, linear, multi-step.",
        "'cosine,warm=1' | No option of cosine 'warm'. Did you mean 'warmup'? Known: warmup.",
        "'cosine,factor=2' | No option of cosine 'factor'. Known: warmup.",
        "'cosine,warmup=-1' | warm-up takes more than 0 epochs, was -1.0",
        "cosine:60 | cosine takes nothing after ':', was 'cosine:60'",
        "multi-step | multi-step takes epochs joined by '-', as in multi-step:60-120; was 'multi-step'",
        "multi-step:a-b | multi-step takes epochs joined by '-', as in multi-step:60-120; was 'multi-step:a-b'",
        "'multi-step:5,factor=-1' | 'multi-step multiplies by a factor above 0, was -1.0'",
        "'multi-step:5,factor=0' | 'multi-step multiplies by a factor above 0, was 0.0'",
        "multi-step:9-5 | 'milestones must rise, were [9, 5]'"
      })
  void aScheduleThatCannotBeReadIsRefusedSayingWhatWouldBeRight(String text, String message) {
    assertThatThrownBy(() -> Schedule.parse(text, 0.1f))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void schedulesPrint() {
    assertThat(Schedule.parse("constant", 2)).hasToString("2");
    assertThat(Schedule.parse("cosine,warmup=2", 0.1f))
        .hasToString("cosine 0.1→0 after warm-up over 2 epochs");
    assertThat(Schedule.parse("multi-step:5-9", 0.1f)).hasToString("0.1 ×0.1 at [5, 9]");
  }

  private static float at(String schedule, int step) {
    return Schedule.parse(schedule, 0.1f).at(progress(step));
  }

  private static Progress progress(int step) {
    return new Progress(step, 10, 10, List.of());
  }
}
