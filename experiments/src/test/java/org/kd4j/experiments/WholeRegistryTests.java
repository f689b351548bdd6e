package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;

/** What can be said of all families together only; each passes the contract by itself. */
class WholeRegistryTests {
  @Test
  void noTwoStrategiesOfAnyFamilyAreEqualAtDefaults() {
    StrategyContract.pairwiseUnlike(Distillation.discovered().strategies());
  }

  /** What {@code kd strategies NAME} promises; of DistilBERT we have no source for a default. */
  @Test
  void optionsSayWhoseTheirDefaultsAre() {
    StrategyRegistry known = Distillation.discovered().strategies();
    for (String id : known.ids()) {
      Description description = known.factory(id).description();
      if (!description.paper().isEmpty() && !id.equals("distilbert")) {
        assertThat(description.options().values())
            .as(id)
            .anyMatch(text -> text.matches(".*(paper|published|RepDistiller|ours|offline's).*"));
      }
    }
    for (String id : List.of("offline", "logit-matching", "dkd", "hints")) {
      assertThat(known.factory(id).description().options().get("hardWeight"))
          .as(id)
          .containsPattern("paper|RepDistiller");
    }
  }
}
