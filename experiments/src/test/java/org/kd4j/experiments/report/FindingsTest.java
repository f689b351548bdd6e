package org.kd4j.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kd4j.experiments.statistics.PairedDifference;

/** What tables of findings say, and do not say. */
class FindingsTest {
  private static SortedMap<Long, Double> values(double... values) {
    SortedMap<Long, Double> bySeed = new TreeMap<>();
    for (double value : values) {
      bySeed.put(bySeed.size() + 1L, value);
    }
    return bySeed;
  }

  private static Findings.Table errors() {
    return Findings.Table.of("test errors", Findings.Scale.ERRORS)
        .row("teacher", "67", values(70, 72, 74))
        .row("alone", "146", values(150, 160, 155))
        .row("taught", "74", values(80, 91, 84.5), "alone")
        .row("other", "", values(151, 158, 157), "alone");
  }

  @Test
  void fewerErrorsAreBetter() {
    List<Findings.Line> lines = errors().lines();
    assertThat(lines.get(2).difference().orElseThrow().mean().value())
        .isCloseTo(155 - 255.5 / 3, within(1e-9));
    assertThat(lines.get(2).verdict())
        .matches("better than alone by 69\\.8 \\(p <0\\.001, d 51\\.6\\)");
    assertThat(lines.get(3).verdict())
        .matches("no difference to alone detectable below \\d+\\.\\d");
    assertThat(lines.get(0).verdict()).isEmpty();
    Findings.Table accuracies =
        Findings.Table.of("accuracy", Findings.Scale.ACCURACY)
            .row("alone", "", values(0.90, 0.91, 0.92))
            .row("taught", "", values(0.80, 0.815, 0.82), "alone");
    assertThat(accuracies.lines().get(1).verdict()).startsWith("worse than alone");
  }

  @Test
  void pIsCorrectedOverTheTable() {
    Findings.Line taught = errors().lines().get(2);
    assertThat(taught.holm()).isCloseTo(2 * taught.difference().orElseThrow().p(), within(1e-12));
  }

  @Test
  void pIsCorrectedOverAllTablesOfAFamily() {
    Findings.Table second =
        Findings.Table.of("among each other", Findings.Scale.ERRORS)
            .row("alone", "", values(150, 160, 155))
            .row("other", "", values(151, 158, 157))
            .row("third", "", values(149, 151, 140), "other");
    List<Findings.Table> tables = List.of(errors().family("errors"), second.family("errors"));
    Findings findings = new Findings(tables, List.of(), "all.");
    Findings.Line taught = findings.lines(tables.get(0)).get(2);
    assertThat(taught.holm()).isCloseTo(3 * taught.difference().orElseThrow().p(), within(1e-12));
    assertThat(taught.strictest()).isEqualTo(0.05 / 3);
    assertThat(FindingsText.plain(findings).replaceAll("\\s+", " "))
        .contains("p corrected after Holm over 3 comparisons, all of this page, d the effect size");
    assertThat(FindingsText.csv(findings)).contains("," + taught.holm() + ",");
  }

  @Test
  void aPairInTwoTablesIsOneComparisonWithOneP() {
    Findings.Table around =
        Findings.Table.of("against taught", Findings.Scale.ERRORS)
            .row("taught", "", values(80, 91, 84.5))
            .row("alone", "", values(150, 160, 155), "taught");
    List<Findings.Table> tables = List.of(errors().family("errors"), around.family("errors"));
    Findings findings = new Findings(tables, List.of(), "all.");
    Findings.Line there = findings.lines(tables.get(0)).get(2);
    Findings.Line back = findings.lines(tables.get(1)).get(1);
    assertThat(back.holm()).isEqualTo(there.holm());
    assertThat(there.holm()).isCloseTo(2 * there.difference().orElseThrow().p(), within(1e-12));
    assertThat(there.better()).isTrue();
    assertThat(back.worse()).isTrue();
  }

  @Test
  void aPageOfSeveralFamiliesSaysForWhatOneInTwentyStands() {
    Findings.Table other =
        Findings.Table.of("seconds", Findings.Scale.NUMBER)
            .row("alone", "", values(1, 2, 3))
            .row("taught", "", values(2, 2, 4), "alone");
    Findings findings = new Findings(List.of(errors(), other), List.of(), "all.");
    assertThat(FindingsText.markdown(findings))
        .contains("over a family, all comparisons of one study by one measure (2 families here, of")
        .contains("of 1 to 2 comparisons: where nothing differs, one family in twenty or fewer");
  }

  @Test
  void whatTheseSeedsCanDetectIsCorrectedOverTheTableToo() {
    Findings.Line other = errors().lines().get(3);
    PairedDifference difference = other.difference().orElseThrow();
    assertThat(other.detectable()).isEqualTo(difference.detectable(0.05 / 2));
    assertThat(other.seedsNeeded()).isEqualTo(difference.seedsNeeded(0.05 / 2)).isGreaterThan(3);
    assertThat(other.effectSize()).isEqualTo(difference.effectSize().hedges());
    assertThat(FindingsText.csv(new Findings(List.of(errors()), List.of(), "all.")))
        .contains(",p_holm,effect_size,detectable,seeds_needed,verdict,")
        .contains("," + other.detectable() + "," + other.seedsNeeded() + ",no difference");
  }

  @Test
  void aTableIsATabular() {
    String latex = FindingsText.latex(new Findings(List.of(errors()), List.of(), "50 % & more."));
    assertThat(latex.lines().filter(l -> !l.startsWith("%")))
        .contains(
            "\\begin{tabular}{lrrrl}",
            " & paper & ours & seeds & verdict \\\\",
            "teacher & 67 & 72.0 $\\pm$ 5.0 & 3 & --- \\\\",
            "\\end{tabular}");
    assertThat(latex).contains("% What differs: 50 % & more.\n");
  }

  @Test
  void oneSeedSaysNothing() {
    Findings.Table one =
        Findings.Table.of("errors", Findings.Scale.ERRORS)
            .row("alone", "", values(150))
            .row("taught", "", values(80), "alone");
    assertThat(one.lines().get(1).verdict()).isEqualTo("no statement: one seed");
    assertThat(FindingsText.plain(new Findings(List.of(one), List.of(), "all.")))
        .contains("One seed: no interval, no test, no statement.");
  }

  @Test
  void aVerdictOverFewerPairsThanTheRowHasSeedsSaysSo() {
    Findings.Table table =
        Findings.Table.of("errors", Findings.Scale.ERRORS)
            .row("alone", "", values(150, 151, Double.NaN))
            .row("taught", "", values(80, 81.1, 80), "alone")
            .row("like", "", values(150.5, 150.4, 150), "alone")
            .row("once", "", values(150, Double.NaN, 149), "alone")
            .row("both", "", values(150.5, 150.4, Double.NaN), "alone");
    List<Findings.Line> lines = table.lines();
    assertThat(lines.get(1).ours().n()).isEqualTo(3);
    assertThat(lines.get(1).verdict())
        .matches("better than alone by 70\\.0 \\(p .*, over 2 pairs\\)");
    assertThat(lines.get(2).verdict())
        .matches("no difference to alone detectable below .*, over 2 pairs");
    assertThat(lines.get(3).verdict()).isEqualTo("no statement: one seed, over 1 pair");
    assertThat(lines.get(4).verdict()).doesNotContain("pair");
  }

  @Test
  void whatIsMissingIsShownAsMissing() {
    Findings.Table table =
        Findings.Table.of("errors", Findings.Scale.ERRORS)
            .row("alone", "", values(1, Double.NaN))
            .row("none", "", values());
    assertThat(table.rows().get(0).values()).containsExactlyEntriesOf(Map.of(1L, 1.0));
    assertThat(FindingsText.plain(new Findings(List.of(table), List.of(), "all.")))
        .contains("none")
        .doesNotContain("NaN");
    assertThatThrownBy(() -> table.row("x", "", values(1), "nobody").lines())
        .hasMessageContaining("no row 'nobody'");
  }

  @Test
  void textsAlignAndEscape() {
    Findings findings =
        new Findings(List.of(errors()), List.of("A note, \"quoted\"."), "the weather.");
    assertThat(FindingsText.plain(findings))
        .startsWith(
            """
            test errors
                       paper          ours  seeds  verdict
              teacher     67    72.0 ± 5.0      3  —
            """)
        .endsWith("What differs: the weather.\n");
    assertThat(FindingsText.markdown(findings))
        .contains("| teacher | 67 | 72.0 ± 5.0 | 3 | — |\n")
        .contains("- A note, \"quoted\".\n");
    assertThat(FindingsText.csv(findings))
        .startsWith("table,row,paper,mean,")
        .contains("test errors,teacher,67,72.0,");
  }
}
