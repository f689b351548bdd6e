package org.kd4j.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.network.Quantised;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyCnn;
import org.kd4j.core.testkit.TinyTask;

class LayerMapTests {
  private static final Task DEEP =
      TinyTask.task(1, new Mlp(List.of(9, 9, 9, 9), 0, 0), new Mlp(List.of(5, 5), 0, 0));

  @Test
  void rulesPairByDepth() {
    assertThat(pairs("last", DEEP)).hasToString("[hidden2←hidden4]");
    assertThat(pairs("middle", DEEP)).hasToString("[hidden2←hidden3]");
    assertThat(pairs("uniform", DEEP)).hasToString("[hidden1←hidden2, hidden2←hidden4]");
    assertThat(pairs("skip", DEEP)).hasToString("[hidden1←hidden2]");
    assertThat(pairs("top", DEEP)).hasToString("[hidden1←hidden3, hidden2←hidden4]");
    assertThat(pairs("bottom", DEEP)).hasToString("[hidden1, hidden2]");
    assertThat(pairs("hidden2:hidden1+hidden1:hidden3", DEEP))
        .hasToString("[hidden2←hidden1, hidden1←hidden3]");
  }

  @Test
  void aNetworkWithoutTapsIsRefused() {
    Mlp linear = new Mlp(List.of(), 0, 0);
    Task student = TinyTask.task(1, new Mlp(List.of(9), 0, 0), linear);
    Task teacher = TinyTask.task(1, linear, new Mlp(List.of(5), 0, 0));
    for (LayerMap.Kind kind : List.of(LayerMap.Kind.ANY, LayerMap.Kind.SIZED)) {
      for (String rule : List.of("last", "middle", "uniform", "top", "same-size")) {
        assertThatThrownBy(() -> LayerMap.parse(rule).pairs(student, kind))
            .isInstanceOf(UsageException.class)
            .hasMessage(
                "needs features before the logits, and the student (mlp:0) has none: its taps are"
                    + " {}");
        assertThatThrownBy(() -> LayerMap.parse(rule).pairs(teacher, kind))
            .isInstanceOf(UsageException.class)
            .hasMessageContaining("and the teacher (mlp:0) has none");
      }
    }
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

  /** FitNets' choice: of three the second, of an even number the deeper of the two. */
  @Test
  void theMiddleIsAtHalfTheDepth() {
    Task odd = TinyTask.task(1, new Mlp(List.of(9, 9, 9), 0, 0), new Mlp(List.of(5), 0, 0));
    assertThat(pairs("middle", odd)).hasToString("[hidden1←hidden2]");
    Task maps = TinyTask.task(1, new TinyCnn(List.of(4, 4, 4), 1), new TinyCnn(List.of(3, 3), 1));
    assertThat(LayerMap.parse("middle").pairs(maps, LayerMap.Kind.MAPS)).hasToString("[stage2]");
  }

  /** Attention scores and values have three axes as well, and are no maps of an image. */
  @Test
  void ofTextRulesPairLayersOrWholeTexts() {
    Task text = TinyTask.text(1);
    assertThat(pairs("last", text)).hasToString("[hidden.2←hidden.4]");
    assertThat(pairs("uniform", text)).hasToString("[hidden.1←hidden.2, hidden.2←hidden.4]");
    assertThat(pairs("top", text)).hasToString("[hidden.1←hidden.3, hidden.2←hidden.4]");
    assertThat(pairs("value.0:attention.1", text)).hasToString("[value.0←attention.1]");
    for (LayerMap.Kind kind : List.of(LayerMap.Kind.ALIKE, LayerMap.Kind.SIZED)) {
      for (String rule : List.of("last", "middle", "same-size", "uniform")) {
        assertThat(LayerMap.parse(rule).pairs(text, kind)).hasToString("[pooled]");
      }
      assertThat(LayerMap.parse("pooled:penultimate").pairs(text, kind))
          .hasToString("[pooled←penultimate]");
    }
    assertThatThrownBy(() -> pairs("same-size", text))
        .hasMessage(
            "needs layers, and taps=same-size pairs feature maps; choose uniform, top or bottom");
  }

  @Test
  void whatGrowsWithATextIsRefusedWithShapes() {
    Task text = TinyTask.text(1);
    for (String pair : List.of("hidden.1:hidden.2", "value.0:value.1", "hidden.1:pooled")) {
      assertThatThrownBy(() -> LayerMap.parse(pair).pairs(text, LayerMap.Kind.ALIKE))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith(
              "needs maps (channels, height, width) on both sides or vectors on both, and of the"
                  + " pair ")
          .hasMessageEndingWith("; of text take taps=pooled:pooled");
      assertThatThrownBy(() -> LayerMap.parse(pair).pairs(text, LayerMap.Kind.SIZED))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("needs features as large for every text, and of the pair ");
    }
    assertThatThrownBy(() -> LayerMap.parse("hidden.1:hidden.2").pairs(text, LayerMap.Kind.SIZED))
        .hasMessage(
            "needs features as large for every text, and of the pair hidden.1←hidden.2 the"
                + " student's is (8, 12) and the teacher's (8, 12), as long as the longest text of"
                + " a batch; take taps=pooled:pooled");
  }

  /** A tap has one name in plans, whatever family its network is of and however it was written. */
  @Test
  void stagesAndThePenultimateAreNamesInEveryFamily() {
    assertThat(pairs("stage1:stage3+penultimate:penultimate", DEEP))
        .hasToString("[hidden1←hidden3, hidden2←hidden4]");
    assertThat(pairs("stage1:stage2", TinyTask.text(1))).hasToString("[hidden.1←hidden.2]");
    Task plain = TinyTask.task(1, new Quantised(new PlainCnn(4, false), 8), new PlainCnn(2, false));
    assertThat(pairs("stage1.pre:stage2+penultimate:penultimate", plain))
        .hasToString("[group1.pre←group2, group2]");
    assertThat(pairs("stage1:group1+group1:stage1", plain)).hasToString("[group1]");
    assertThat(new PlainCnn(8, false).otherNames())
        .containsEntry("stage4", "group4")
        .containsEntry("penultimate", "fc");
    assertThat(plain.student().taps()).doesNotContainKeys("stage1", "penultimate");
    assertThatThrownBy(() -> pairs("stage3:stage1", plain))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("No tap of the student 'stage3'");
  }

  @Test
  void pairsThatCountByTheirPlaceAreInOrderOfDepth() {
    Task task = TinyTask.task(1, new TinyCnn(List.of(4, 4), 1), new TinyCnn(List.of(4, 4), 1));
    assertThat(LayerMap.parse("stage2:stage2+stage1:stage1").deepening(task))
        .hasToString("[stage1, stage2]");
    assertThat(LayerMap.parse("stage2.pre:stage2+stage1:stage1.pre").deepening(task))
        .hasToString("[stage1←stage1.pre, stage2.pre←stage2]");
    assertThatThrownBy(() -> LayerMap.parse("stage1:stage2+stage2:stage1").deepening(task))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "needs pairs that go deeper on both sides, and from stage1←stage2 to stage2←stage1 the"
                + " teacher's go back up; pair deeper taps of the student's with deeper taps of the"
                + " teacher's");
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
        .hasMessageContaining(
            "or one of last, middle, same-size, uniform, skip, top, bottom, was 'first'");
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
