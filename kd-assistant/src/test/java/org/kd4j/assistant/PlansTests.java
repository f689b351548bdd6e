package org.kd4j.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.runner.DryRun;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** What would be trained, where all results are equal. */
class PlansTests {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "assistant | sizes=none | teacher; student",
        "assistant | sizes=all | teacher; assistant mlp:18-18; assistant mlp:14-14; assistant mlp:11;"
            + " student",
        "assistant | sizes=propose | teacher; student alone; candidate mlp:18-18; candidate mlp:14-14;"
            + " candidate mlp:11; assistant mlp:18-18; student",
        "assistant | sizes=propose candidates=mlp:12 | teacher; student alone; candidate mlp:12;"
            + " assistant mlp:12; student",
        "densely-guided | sizes=mlp:12 | teacher; assistant mlp:12; student",
        "assistant-path | sizes=mlp:12 | teacher; mlp:24-24,dropout=0.2 to mlp:12;"
            + " mlp:24-24,dropout=0.2 to mlp:8; mlp:12 to mlp:8",
        "assistant-path | sizes=mlp:12 exhaustive=true | teacher; mlp:24-24,dropout=0.2 to mlp:12;"
            + " mlp:24-24,dropout=0.2 to mlp:8; mlp:12 to mlp:8",
        "early-stopped-student | untilEpoch=never patience=3 | teacher; student",
        "early-stopped-teacher | lengths=1+2+4 | teacher; teacher; teacher; student of 1 epochs;"
            + " student of 2 epochs; student of 4 epochs",
        "early-stopped-teacher | stop=mid-run lengths=25% | teacher; student of 1 epochs"
      })
  void aPlanWalksThroughEveryChoice(String id, String options, String phases) {
    Task task = TinyTask.task(4);
    Map<String, String> given =
        Arrays.stream(options.split(" "))
            .map(option -> option.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    DryRun dry = new DryRun(task, 1, OptionalLong.empty(), TinyTask.context().environment());
    Runs.REGISTRY.configure(id, given).strategy().distill(dry);
    assertThat(dry.planned())
        .allMatch(planned -> planned.key().isPresent())
        .extracting(planned -> planned.phase().name())
        .containsExactly(phases.split("; "));
  }
}
