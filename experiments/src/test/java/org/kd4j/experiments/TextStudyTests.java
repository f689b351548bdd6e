package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.NetworkPlan;
import org.kd4j.experiments.study.RunSettings;
import org.kd4j.experiments.study.StrategyChoice;
import org.kd4j.experiments.study.Studies;
import org.kd4j.experiments.study.StudyListener;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.StudyRunner;
import org.kd4j.experiments.study.StudySpec;

/**
 * Strategies on text: what looks at logits alone works on it, and the others say what they lack.
 */
class TextStudyTests {
  private static final Distillation KNOWN = Distillation.discovered();
  private static final StudyRunner STUDIES = new StudyRunner(KNOWN, Map.of());
  private static final RunSettings SETTINGS =
      new RunSettings(Optional.empty(), false, Optional.empty(), 1, "cpu", true);

  @Test
  void everyStrategyRunsOnTextOrSaysWhatItLacks() {
    List<StrategyChoice> rows =
        new ArrayList<>(KNOWN.strategies().ids().stream().map(StrategyChoice::of).toList());
    List<Studies.Unfit> unfit = STUDIES.unfit(study(rows), SETTINGS, StudyListener.NONE);
    assertThat(unfit).isNotEmpty();
    for (Studies.Unfit one : unfit) {
      assertThat(one.missing()).as(one.choice().toString()).startsWith("needs ");
      rows.remove(one.choice());
    }
    assertThat(rows.stream().map(StrategyChoice::strategy).toList())
        .contains(
            "scratch", "offline", "logit-matching", "mutual", "online", "assistant", "tinybert");
    StudyResult result = STUDIES.run(study(rows), SETTINGS, StudyListener.NONE);
    assertThat(result.failures()).isEmpty();
    assertThat(result.trials()).hasSize(rows.size());
  }

  private static StudySpec study(List<StrategyChoice> rows) {
    return new StudySpec(
        "text",
        "phrases,train=200,validation=80,test=80",
        SplitSpec.DEFAULT,
        plan("transformer:2x16,heads=2"),
        plan("transformer:1x8,heads=2"),
        rows,
        List.of(1L),
        Optional.empty(),
        0);
  }

  private static NetworkPlan plan(String network) {
    return new NetworkPlan(network, 2, "none", "adamw", Optional.empty(), "linear,warmup=1", 32);
  }
}
