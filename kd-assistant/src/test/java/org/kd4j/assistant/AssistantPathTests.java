package org.kd4j.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.assistant.PathSearch.Path;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.Session;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

class AssistantPathTests {
  private static final Map<String, String> TWO = Map.of("sizes", "mlp:18-18+mlp:12");

  /** Ways whose networks are their own texts, worth what a table says: {@code "0-2": 0.7}. */
  private static Path<String> best(
      int sizes, boolean exhaustive, Map<String, Double> worth, AtomicInteger trained) {
    return PathSearch.best(
        Path.start("0", 1),
        sizes,
        exhaustive,
        (from, size) -> {
          List<Path<String>> longer = new ArrayList<>();
          for (Path<String> path : from) {
            trained.incrementAndGet();
            String name = path.end() + "-" + size;
            longer.add(path.to(size, name, worth.getOrDefault(name, 0.5)));
          }
          return longer;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7})
  void theSearchTakesAQuadraticNumberOfHopsAllPathsAnExponentialOne(int m) {
    AtomicInteger searched = new AtomicInteger();
    AtomicInteger all = new AtomicInteger();
    best(m, false, Map.of(), searched);
    best(m, true, Map.of(), all);
    assertThat(searched).hasValue(m * (m - 1) / 2);
    assertThat(all).hasValue((1 << (m - 1)) - 1);
  }

  @Test
  void eachSizeIsTaughtByTheBestOfEveryLargerOne() {
    Map<String, Double> worth =
        Map.of("0-1", 0.8, "0-2", 0.6, "0-1-2", 0.7, "0-3", 0.5, "0-1-3", 0.4, "0-1-2-3", 0.6);
    Path<String> best = best(4, false, worth, new AtomicInteger());
    assertThat(best).isEqualTo(new Path<>(List.of(0, 1, 2, 3), "0-1-2-3", 0.6));
    assertThat(best(4, true, worth, new AtomicInteger())).isEqualTo(best);
  }

  /**
   * The best size 2 is taught by size 1, yet teaches worse than the other: the search misses it.
   */
  @Test
  void whereTheAssumptionFailsAllPathsFindABetterOne() {
    Map<String, Double> worth =
        Map.of("0-1", 0.8, "0-2", 0.6, "0-1-2", 0.7, "0-2-3", 0.9, "0-1-2-3", 0.6);
    assertThat(best(4, false, worth, new AtomicInteger()).end()).isEqualTo("0-1-2-3");
    assertThat(best(4, true, worth, new AtomicInteger()).end()).isEqualTo("0-2-3");
  }

  @Test
  void equalPathsGoToTheShorterThenToTheLargerTeacher() {
    assertThat(best(4, false, Map.of(), new AtomicInteger()).sizes()).containsExactly(0, 3);
    assertThat(best(4, true, Map.of(), new AtomicInteger()).sizes()).containsExactly(0, 3);
    Map<String, Double> worth = Map.of("0-1-3", 0.9, "0-2-3", 0.9, "0-1-2-3", 0.9);
    assertThat(best(4, true, worth, new AtomicInteger()).sizes()).containsExactly(0, 1, 3);
  }

  @ParameterizedTest
  @CsvSource({"none, 2", "mlp:12, 3", "mlp:18-18+mlp:12, 4", "all, 5"})
  void exactlyTheHopsOfTheSearchAreTrained(String sizes, int m) {
    Runs.Run run = Runs.run("assistant-path", TinyTask.task(1), Map.of("sizes", sizes));
    assertThat(run.lines().get(0)).isEqualTo("teacher");
    assertThat(run.trained()).hasSize(1 + m * (m - 1) / 2);
    for (var ran : run.session().runs().subList(1, run.session().runs().size())) {
      Phase hop = ran.result().phase();
      assertThat(hop.guides()).extracting(g -> g.role()).containsExactly(Role.TEACHER);
      assertThat(hop.learners()).extracting(l -> l.role()).containsExactly(Role.STUDENT);
    }
  }

  @Test
  void theStudentIsTheBestOfItsHopsByValidation() {
    Runs.Run run = Runs.run("assistant-path", TinyTask.task(6), TWO);
    Session session = run.session();
    Trained first = hop(run, 1);
    List<Trained> second = List.of(hop(run, 2), hop(run, 3));
    assertThat(first.line()).isEqualTo("assistant/mlp:18-18");
    assertThat(second).extracting(Trained::line).containsOnly("assistant/mlp:12");
    assertThat(teacher(run, 2)).isEqualTo(session.teacher());
    assertThat(teacher(run, 3)).isEqualTo(first);
    assertThat(teacher(run, 4)).isEqualTo(session.teacher());
    assertThat(teacher(run, 5)).isEqualTo(first);
    assertThat(teacher(run, 6)).isEqualTo(bestOf(session, second));
    List<Trained> students = IntStream.rangeClosed(4, 6).mapToObj(i -> hop(run, i)).toList();
    assertThat(students).extracting(Trained::line).containsOnly("student");
    double deployed = accuracy(session, run.deployed());
    assertThat(students).allMatch(s -> accuracy(session, s) <= deployed);
    assertThat(run.notes()).hasSize(1);
    assertThat(run.notes().get(0)).startsWith("seed 3: best path: mlp:24-24,dropout=0.2 to ");
  }

  private static Trained bestOf(Session session, List<Trained> networks) {
    Trained best = networks.get(0);
    for (Trained network : networks) {
      best = accuracy(session, network) > accuracy(session, best) ? network : best;
    }
    return best;
  }

  private static Trained hop(Runs.Run run, int index) {
    return run.session().runs().get(index).result().network(Role.STUDENT);
  }

  private static Trained teacher(Runs.Run run, int index) {
    return (Trained) run.session().runs().get(index).result().phase().guides().get(0).knowledge();
  }

  private static double accuracy(Session session, Trained network) {
    return Evaluation.accuracy(session.predict(network, session.task().validation().orElseThrow()));
  }

  /** Hops are known by what they are: an assistant's chain is already there after a search. */
  @Test
  void hopsAreSharedWithOtherStrategies() {
    MemoryStore store = new MemoryStore();
    Runs.run("assistant-path", TinyTask.task(2), TWO, store);
    for (String sizes : List.of("none", "mlp:18-18")) {
      assertThat(Runs.run("assistant", TinyTask.task(2), Map.of("sizes", sizes), store).trained())
          .isEmpty();
    }
  }

  @Test
  void allPathsAreTrainedBesideTheSearchAndShareItsHops() {
    Task task = TinyTask.task(3);
    Map<String, String> options = Map.of("sizes", TWO.get("sizes"), "exhaustive", "true");
    Runs.Run run = Runs.run("assistant-path", task, options);
    assertThat(run.trained()).hasSize(1 + 7); // 2^(4 - 1) - 1
    Trained ofAll = (Trained) run.result().others().get("exhaustive");
    assertThat(ofAll.line()).isEqualTo("student");
    assertThat(accuracy(run.session(), ofAll))
        .isGreaterThanOrEqualTo(accuracy(run.session(), run.deployed()));
    boolean same = ofAll.equals(run.deployed());
    assertThat(run.notes()).hasSize(1);
    assertThat(run.notes().get(0))
        .contains(same ? "which is the best of all paths" : "of all paths: ");
    assertThat(Runs.run("assistant-path", task, TWO).result().others()).containsOnlyKeys("teacher");
  }

  @Test
  void aDifferenceIsSaid() {
    assertThat(AssistantPath.compared("a to c, 90 %", "a to c, 90 %"))
        .isEqualTo("best path: a to c, 90 %, which is the best of all paths");
    assertThat(AssistantPath.compared("a to c, 90 %", "a to b to c, 91 %"))
        .isEqualTo(
            "best path by dynamic programming: a to c, 90 %; of all paths: a to b to c, 91 %");
  }

  @Test
  void tooManyPathsAndNoValidationAreRefused() {
    Map<String, String> many =
        Map.of("sizes", "mlp:20-20+mlp:22+mlp:18+mlp:14+mlp:10", "exhaustive", "true");
    assertThat(Runs.REGISTRY.configure("assistant-path", many).missing(TinyTask.task(1)))
        .contains(
            "trains all paths of at most 6 sizes, teacher and student counted, and there are 7; name"
                + " fewer, or take exhaustive=false");
    assertThatThrownBy(
            () -> Runs.run("assistant-path", Runs.withoutValidation(TinyTask.task(1)), TWO))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Strategy 'assistant-path' does not fit this task: it chooses by validation, and the task sets no"
                + " samples aside for it.");
  }
}
