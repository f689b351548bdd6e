package org.kd4j.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyCnn;
import org.kd4j.core.testkit.TinyTask;

class LayerMapTests {
  private static final Task DEEP =
      TinyTask.task(1, new Mlp(List.of(9, 9, 9, 9), 0, 0), new Mlp(List.of(5, 5), 0, 0));

  @Test
  void rulesPairByDepth() {
    assertThat(pairs("last", DEEP)).hasToString("[hidden2←hidden4]");
    assertThat(pairs("uniform", DEEP)).hasToString("[hidden1←hidden2, hidden2←hidden4]");
    assertThat(pairs("skip", DEEP)).hasToString("[hidden1←hidden2]");
    assertThat(pairs("top", DEEP)).hasToString("[hidden1←hidden3, hidden2←hidden4]");
    assertThat(pairs("bottom", DEEP)).hasToString("[hidden1, hidden2]");
    assertThat(pairs("hidden2:hidden1+hidden1:hidden3", DEEP))
        .hasToString("[hidden2←hidden1, hidden1←hidden3]");
  }

  @Test
  void mapsArePairedBySize() {
    Task task = TinyTask.task(1, new TinyCnn(List.of(4, 4), 1), new TinyCnn(List.of(3), 1));
    assertThat(pairs("same-size", task)).hasToString("[stage1]");
    assertThat(pairs("last", task)).hasToString("[stage1←stage2]");
    Task mixed = TinyTask.task(1, new TinyCnn(List.of(4), 1), new Mlp(List.of(5), 0, 0));
    assertThat(pairs("last", mixed)).hasToString("[hidden1←stage1]");
    assertThatThrownBy(() -> LayerMap.parse("last").pairs(mixed, LayerMap.Kind.ALIKE))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "needs features in one axis, and the teacher (tinycnn:[4]x1) has none: its taps are"
                + " {stage1=(4, 6, 6)}");
  }

  @Test
  void aMapThatDoesNotDivideIsRefused() {
    Task task = TinyTask.task(1, new Mlp(List.of(9, 9, 9), 0, 0), new Mlp(List.of(5, 5), 0, 0));
    assertThatThrownBy(() -> pairs("uniform", task))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "needs the student's taps to divide the teacher's for taps=uniform, and they are 2 and"
                + " 3: [hidden1, hidden2] and [hidden1, hidden2, hidden3]; write the pairs out, or"
                + " choose top or bottom");
    Task upside = TinyTask.task(1, new Mlp(List.of(9), 0, 0), new Mlp(List.of(5, 5), 0, 0));
    assertThatThrownBy(() -> pairs("top", upside))
        .hasMessageContaining("and they are [hidden1] for [hidden1, hidden2]; write the pairs out");
    assertThatThrownBy(() -> pairs("skip", TinyTask.task(1)))
        .hasMessageContaining("needs two taps of the student's for taps=skip");
  }

  @Test
  void unknownTapsAndWordsAreRefusedWithTheNearest() {
    assertThatThrownBy(() -> pairs("hiden1:hidden1", DEEP))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "No tap of the student 'hiden1'. Did you mean 'hidden1'? Known: hidden1, hidden2.");
    assertThatThrownBy(() -> pairs("hidden1:hidden9", DEEP))
        .hasMessageContaining("No tap of the teacher 'hidden9'");
    assertThatThrownBy(() -> LayerMap.parse("first"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("or one of last, same-size, uniform, skip, top, bottom, was 'first'");
    assertThatThrownBy(() -> LayerMap.parse("a:b:c")).hasMessageContaining("student:teacher");
    assertThatThrownBy(() -> LayerMap.parse("a:b+a:b")).hasMessageContaining("a pair twice");
  }

  @Test
  void aMethodOfMapsRefusesVectorsAndShowsBoth() {
    assertThatThrownBy(() -> LayerMap.parse("hidden1:hidden2").pairs(DEEP, LayerMap.Kind.MAPS))
        .hasMessage(
            "needs feature maps (channels, height, width), and of the pair hidden1←hidden2 the"
                + " student's is (5) and the teacher's (9)");
  }

  @Test
  void itPrintsAsItIsWritten() {
    for (String text : List.of("last", "same-size", "hidden1:hidden2+hidden2:hidden3")) {
      assertThat(LayerMap.parse(text)).hasToString(text);
    }
  }

  private static List<TapPair> pairs(String text, Task task) {
    return LayerMap.parse(text).pairs(task, LayerMap.Kind.ANY);
  }
}
