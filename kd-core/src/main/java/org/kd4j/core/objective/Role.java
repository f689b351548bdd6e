package org.kd4j.core.objective;

import org.kd4j.core.base.UsageException;

/**
 * A position in one phase's cast: who teaches, who learns, which peer.
 *
 * @param name {@code teacher}, {@code student}, {@code peer} …
 * @param index tells several of a name apart, from 0
 */
public record Role(String name, int index) implements Comparable<Role> {
  /** Whoever teaches. */
  public static final Role TEACHER = new Role("teacher", 0);

  /** Whoever is taught, and usually deployed. */
  public static final Role STUDENT = new Role("student", 0);

  /** Checks the name. */
  public Role {
    UsageException.require(
        name.matches("[a-z][a-zA-Z]*") && index >= 0,
        "a role is a word and an index from 0, was '%s' and %d",
        name,
        index);
  }

  /** The i-th of several teachers, from 0. */
  public static Role teacher(int i) {
    return new Role("teacher", i);
  }

  @Override
  public int compareTo(Role other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : Integer.compare(index, other.index);
  }

  /** {@code teacher}, {@code teacher-2}: the first of a name has no number. */
  @Override
  public String toString() {
    return index == 0 ? name : name + "-" + (index + 1);
  }
}
