package org.kd4j.assistant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.RunListener;
import org.kd4j.core.runner.Session;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;

/** Strategies of this family, run on the tiny task. */
final class Runs {
  static final StrategyRegistry REGISTRY = Distillation.of(new AssistantModule()).strategies();

  private Runs() {}

  /** What a run came to, and what it said. */
  record Run(Session session, DistillationResult result, List<String> notes) {
    Trained deployed() {
      return (Trained) result.deployed();
    }

    Map<String, float[]> weights() {
      return session.weights(deployed());
    }

    /** Phases by what they train, in order: {@code teacher}, {@code assistant/mlp:14}. */
    List<String> lines() {
      return session.runs().stream()
          .map(r -> r.result().phase().learners().get(0).start().line())
          .toList();
    }

    /** Phases that were trained rather than found. */
    List<String> trained() {
      return session.runs().stream()
          .filter(r -> !r.result().reused())
          .map(r -> r.result().phase().name())
          .toList();
    }
  }

  static Run run(String id, Task task, Map<String, String> options) {
    return run(id, task, options, new MemoryStore());
  }

  static Run run(String id, Task task, Map<String, String> options, Store store) {
    List<String> notes = new ArrayList<>();
    Session session = session(task, store, notes);
    return new Run(session, REGISTRY.configure(id, options).strategy().distill(session), notes);
  }

  static Session session(Task task, Store store, List<String> notes) {
    RunContext plain = TinyTask.context(store);
    RunListener listener =
        new RunListener() {
          @Override
          public void note(String message) {
            notes.add(message);
          }
        };
    return new Session(
        task,
        3,
        new RunContext(store, plain.device(), plain.environment(), OptionalLong.empty(), listener));
  }

  /** The tiny task with perceptrons of other widths. */
  static Task task(int epochs, List<Integer> teacher, List<Integer> student) {
    Task task = TinyTask.task(epochs);
    return with(task, spec(task, teacher), spec(task, student), task.validation().isPresent());
  }

  static Task withoutValidation(Task task) {
    return with(task, task.teacher(), task.student(), false);
  }

  private static Task with(
      Task task, NetworkSpec teacher, NetworkSpec student, boolean validation) {
    return new Task(
        task.name(),
        task.train(),
        task.transfer(),
        validation ? task.validation() : Optional.empty(),
        teacher,
        student,
        task.teacherRecipe(),
        task.recipe());
  }

  static NetworkSpec spec(Task task, List<Integer> hidden) {
    return new NetworkSpec(new Mlp(hidden, 0, 0), task.student().input(), task.student().classes());
  }

  static boolean sameBits(Map<String, float[]> a, Map<String, float[]> b) {
    return a.keySet().equals(b.keySet())
        && a.keySet().stream().allMatch(path -> Arrays.equals(a.get(path), b.get(path)));
  }
}
