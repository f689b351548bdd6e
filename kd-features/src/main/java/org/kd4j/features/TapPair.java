package org.kd4j.features;

import java.util.List;
import org.kd4j.core.objective.Needs;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.TapRef;

/**
 * A tap of the student's and the teacher's tap it learns from.
 *
 * @param student tap of the student
 * @param teacher tap of the teacher
 */
public record TapPair(String student, String teacher) {
  /** The taps of both sides. */
  public static Needs needs(List<TapPair> pairs) {
    return pairs.stream()
        .map(p -> Needs.taps(p.ofStudent(), p.ofTeacher()))
        .reduce(Needs.NONE, Needs::and);
  }

  /** The student's tap, in the cast. */
  public TapRef ofStudent() {
    return new TapRef(Role.STUDENT, student);
  }

  /** The teacher's tap, in the cast. */
  public TapRef ofTeacher() {
    return new TapRef(Role.TEACHER, teacher);
  }

  @Override
  public String toString() {
    return student.equals(teacher) ? student : student + "←" + teacher;
  }
}
