package org.kd4j.core.strategy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.data.Samples;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.phase.Age;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Participant;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.StopRule;

/**
 * What all strategies of a comparison share: data, networks and recipes. Holds no test split: what
 * cannot be seen cannot leak.
 *
 * @param name what people call it
 * @param train what the teacher learns from
 * @param transfer what students learn from; train, unless classes or labels are withheld
 * @param validation for every choice; empty forbids choices
 * @param teacher the standard teacher's network
 * @param student the student's network
 * @param teacherRecipe the standard teacher's training
 * @param recipe everyone else's training
 */
public record Task(
    String name,
    Samples train,
    Samples transfer,
    Optional<Samples> validation,
    NetworkSpec teacher,
    NetworkSpec student,
    Recipe teacherRecipe,
    Recipe recipe) {

  /** Checks that the recipes' augmentation can change the samples. */
  public Task {
    teacherRecipe.augmentation().requireFitting(train);
    recipe.augmentation().requireFitting(transfer);
  }

  /** The line of the standard teacher, and of its siblings: {@code teacher}, {@code teacher-2}. */
  public static final String TEACHER_LINE = "teacher";

  /** The line of every deployed student. */
  public static final String STUDENT_LINE = "student";

  /**
   * The standard teacher's phase: trained on the labels by its own recipe.
   *
   * @param line {@code teacher}; a sibling of another line reads its own order of the data
   */
  public Phase teacherPhase(String line) {
    return teacherPhase(teacher, line);
  }

  /**
   * A teacher of another network, trained as the standard one is.
   *
   * @param network what it is
   * @param line who it is; any but {@code teacher} reads its own order of the data
   */
  public Phase teacherPhase(NetworkSpec network, String line) {
    String stream = line.equals(TEACHER_LINE) ? Feed.MAIN : line;
    return phase(
        line,
        Role.TEACHER,
        Start.fresh(network, line),
        Objective.hard(1),
        teacherRecipe,
        teacherRecipe.feed(train).withStream(stream));
  }

  /**
   * The standard phase of a student: its recipe, on the transfer set, taught or not, so that the
   * baseline learns from what the others learn from. Strategies change what they must by {@code
   * with…}.
   *
   * @param name a label for people
   * @param start usually {@code Start.fresh(task.student(), STUDENT_LINE)}
   * @param objective what it minimises
   * @param guides who teaches
   */
  public Phase phase(String name, Start start, Objective objective, Guide... guides) {
    return phase(name, Role.STUDENT, start, objective, recipe, recipe.feed(transfer), guides);
  }

  /** The same task with another training of its teacher. */
  public Task withTeacherRecipe(Recipe other) {
    return new Task(name, train, transfer, validation, teacher, student, other, recipe);
  }

  /**
   * A phase of several at once, in the frame of a student's: its feed, validation and training.
   *
   * @param name a label for people
   * @param cast who takes part
   */
  public Phase phase(String name, List<? extends Participant> cast) {
    return new Phase(
        name,
        List.copyOf(cast),
        recipe.feed(transfer),
        validation,
        recipe.training(),
        StopRule.NEVER,
        Age.LAST);
  }

  /** A fresh student of the task. */
  public Start freshStudent() {
    return Start.fresh(student, STUDENT_LINE);
  }

  private Phase phase(
      String label,
      Role role,
      Start start,
      Objective objective,
      Recipe by,
      Feed feed,
      Guide... guides) {
    List<Participant> cast = new ArrayList<>(List.of(guides));
    cast.add(0, new Learner(role, start, by.optimizer(), objective));
    return new Phase(label, cast, feed, validation, by.training(), StopRule.NEVER, Age.LAST);
  }
}
