package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.wiring.Distillation;

class SearchTest {
  private static final Distillation KNOWN = Distillation.discovered();
  private static final RunSettings SETTINGS =
      new RunSettings(Optional.empty(), false, Optional.empty(), 1, "cpu", true);

  private static SearchedStudy read(String yaml) {
    StudyDraft draft = StudyDraft.of(KNOWN, yaml, "s.yaml");
    assertThat(draft.searches()).isTrue();
    return draft.searched();
  }

  private static SearchedStudy searched(String search) {
    return read(
        "strategies:\n- mutual\n- offline: {temperature: {from: 1, to: 20, scale: log},"
            + " hardWeight: {oneOf: [0.1, 0.5]}}\nsearch: "
            + search
            + "\nseeds: 3\nepochs: 18\n");
  }

  @Test
  void candidatesLieInTheirRangesAndAreTheSameEveryTime() {
    SearchedStudy searched = searched("{candidates: 40}");
    assertThat(searched.candidates()).hasSize(1);
    List<StrategyChoice> candidates = searched.candidates().values().iterator().next();
    assertThat(candidates).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    int low = 0;
    for (StrategyChoice candidate : candidates) {
      double temperature = Double.parseDouble(candidate.options().get("temperature"));
      assertThat(temperature).isBetween(1.0, 20.0);
      assertThat(candidate.options().get("hardWeight")).isIn("0.1", "0.5");
      low += temperature < Math.sqrt(20) ? 1 : 0;
    }
    // By its logarithm, half of the range is below √20; by its value, a sixth.
    assertThat(low).isBetween(13, 27);
    assertThat(searched.first().strategies())
        .containsExactly(
            StrategyChoice.of("scratch"), StrategyChoice.of("mutual"), candidates.get(0));
    assertThat(searched("{candidates: 40}")).isEqualTo(searched);
    assertThat(searched("{candidates: 40, seed: 1}").candidates())
        .isNotEqualTo(searched.candidates());
  }

  @Test
  void wholeNumbersAreDrawnWhole() {
    SearchedStudy searched =
        read("strategies: [{mutual: {peers: {from: 2, to: 4}}}]\nsearch: {candidates: 30}\n");
    assertThat(searched.candidates().values().iterator().next())
        .extracting(c -> c.options().get("peers"))
        .containsExactlyInAnyOrder("2", "3", "4");
  }

  @Test
  void aGridIsEveryCombination() {
    SearchedStudy searched =
        read(
            "strategies: [{offline: {temperature: {oneOf: [1, 4, 20]}, softWeight: [0.5, 0.9],"
                + " hardWeight: 0.1}}]\nsearch: {method: grid}\nepochs: 18\n");
    List<StrategyChoice> candidates = searched.candidates().values().iterator().next();
    assertThat(candidates)
        .extracting(StrategyChoice::optionsText)
        .containsExactly(
            "hardWeight=0.1 softWeight=0.5 temperature=1",
            "hardWeight=0.1 softWeight=0.9 temperature=1",
            "hardWeight=0.1 softWeight=0.5 temperature=4",
            "hardWeight=0.1 softWeight=0.9 temperature=4",
            "hardWeight=0.1 softWeight=0.5 temperature=20",
            "hardWeight=0.1 softWeight=0.9 temperature=20");
    assertThat(searched.search().rungs(6, 18)).containsExactly(new Search.Rung(6, 18));
    refused(
        "strategies: [{offline: {temperature: {from: 1, to: 2}}}]\nsearch: {method: grid}\n",
        "strategies[0].offline.temperature: a grid is made of listed values; write {oneOf: [1, 4,"
            + " 20]} in place of a range");
  }

  @Test
  void halvingTrainsManyBrieflyAndFewForLong() {
    Search halving = new Search(Search.Method.HALVING, 9, 3, 1, 0);
    assertThat(halving.rungs(9, 18))
        .containsExactly(new Search.Rung(9, 2), new Search.Rung(3, 6), new Search.Rung(1, 18));
    assertThat(Search.DEFAULT.rungs(12, 18)).containsExactly(new Search.Rung(12, 18));
  }

  @Test
  void theBestByValidationAccuracyIsFoundAndFailuresAreNot() {
    SearchedStudy searched = searched("{method: halving, candidates: 9, seeds: 2}");
    List<StudySpec> rounds = new ArrayList<>();
    Studies studies =
        new Studies() {
          @Override
          public Map<StrategyChoice, Double> validate(
              StudySpec spec, RunSettings settings, StudyListener listener) {
            rounds.add(spec);
            Map<StrategyChoice, Double> accuracies = new HashMap<>();
            for (StrategyChoice choice : spec.strategies()) {
              double temperature = Double.parseDouble(choice.options().get("temperature"));
              // The hottest fail, of the others the hotter the better.
              accuracies.put(choice, temperature > 8.5 ? Double.NaN : temperature / 20);
            }
            return accuracies;
          }

          @Override
          public StudyPlan plan(StudySpec spec, RunSettings settings, StudyListener listener) {
            throw new AssertionError();
          }

          @Override
          public StudyResult run(StudySpec spec, RunSettings settings, StudyListener listener) {
            throw new AssertionError("the test split is not to be read");
          }

          @Override
          public List<Unfit> unfit(StudySpec spec, RunSettings settings, StudyListener listener) {
            throw new AssertionError();
          }
        };
    SearchRunner.Outcome outcome =
        SearchRunner.run(studies, searched, SETTINGS, StudyListener.NONE);
    assertThat(rounds).extracting(r -> r.student().epochs()).containsExactly(2, 6, 18);
    assertThat(rounds).extracting(r -> r.teacher().epochs()).containsOnly(18);
    assertThat(rounds).allMatch(r -> r.seeds().equals(List.of(1L, 2L)));
    StrategyChoice found = outcome.found().values().iterator().next();
    double best = Double.parseDouble(found.options().get("temperature"));
    assertThat(best)
        .isEqualTo(
            searched.candidates().values().iterator().next().stream()
                .mapToDouble(c -> Double.parseDouble(c.options().get("temperature")))
                .filter(t -> t <= 8.5)
                .max()
                .orElseThrow());
    assertThat(outcome.study().strategies())
        .containsExactly(StrategyChoice.of("scratch"), StrategyChoice.of("mutual"), found);
    assertThat(outcome.study().seeds()).hasSize(3);
    assertThat(outcome.csv().lines()).hasSize(1 + 9 + 3 + 1);
    assertThat(outcome.csv()).contains(",,false\n");
  }

  private static void refused(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    refused("search: {candidates: 9}\n", "s.yaml:1:1: search: there is nothing to search");
    refused(
        "strategies: [{offline: {temperature: {from: 9, to: 1}}}]\n",
        "strategies[0].offline.temperature: a range runs from a number to a higher one, not 9.0 to"
            + " 1.0");
    refused(
        "strategies: [{offline: {temperature: {from: 0, to: 1, scale: log}}}]\n",
        "a logarithmic range begins above 0, not at 0.0");
    refused(
        "strategies: [{offline: {temperature: {from: 1, to: 2, step: 1}}}]\n",
        "'step' is no part of a range");
    refused("strategies: [{offline: {temperatur: {from: 1, to: 2}}}]\n", "temperatur");
    refused(
        "strategies: [{offline: {temperature: {from: -5, to: -1}}}]\n", "must be above 0, was -");
    refused(
        "strategies: [{offline: {temperature: {from: 1, to: 2}}}]\nsearch: {method: bayes}\n",
        "search.method: 'bayes' is not one of them; write random or grid or halving");
    refused(
        "strategies: [{offline: {temperature: {from: 1, to: 2}}}]\nsearch: {candidats: 9}\n",
        "unknown key; did you mean 'candidates'?");
    assertThatThrownBy(
            () ->
                StudyDraft.of(
                        KNOWN, "strategies: [{offline: {temperature: {from: 1, to: 2}}}]", "s")
                    .complete())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("searches options");
  }

  @Test
  void theCommittedStudyReads() {
    SearchedStudy searched = StudyDraft.of(KNOWN, Path.of("studies/search.yaml")).searched();
    assertThat(searched.rungs(searched.candidates().keySet().iterator().next())).hasSize(3);
  }
}
