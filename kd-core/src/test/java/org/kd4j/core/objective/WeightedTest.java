package org.kd4j.core.objective;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.UsageException;

class WeightedTest {
  /** Records would hold one of the two under the name of both. */
  @ParameterizedTest
  @ValueSource(strings = {"loss", "learningRate", "validationAccuracy"})
  void noTermIsCalledAsAMeasurementIs(String name) {
    assertThatThrownBy(() -> Objective.hard(1).and(name, 1, view -> view.own().logits().mean()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("a term cannot be called '" + name + "'");
  }

  @Test
  void aNameIsAWord() {
    assertThatThrownBy(() -> Objective.hard(1).and("My term", 1, v -> v.own().logits().mean()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("a word in lower case");
  }
}
