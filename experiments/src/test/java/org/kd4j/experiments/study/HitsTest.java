package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Predictions;

class HitsTest {
  @Test
  void areThoseOfThePredictionsWithoutUnlabelledSamples() {
    float[] logits = {2, 1, 1, 2, 3, 0, 0, 3};
    Hits hits = Hits.of(new Predictions(logits, 2, new int[] {0, 0, -1, 1}));
    assertThat(hits.toArray()).containsExactly(true, false, true);
    assertThat(new Hits(3, hits.bits()).toArray()).isEqualTo(hits.toArray());
  }

  @Test
  void allWrongIsNoBitsAndAllTheSamples() {
    Hits hits = Hits.of(new Predictions(new float[] {2, 1, 2, 1}, 2, new int[] {1, 1}));
    assertThat(hits).isEqualTo(new Hits(2, ""));
    assertThat(hits.toArray()).containsExactly(false, false);
  }

  @Test
  void refusesBitsOfMoreSamples() {
    assertThatThrownBy(() -> new Hits(2, "BA=="))
        .isInstanceOf(UsageException.class)
        .hasMessage("bits for 2 samples were expected");
  }
}
