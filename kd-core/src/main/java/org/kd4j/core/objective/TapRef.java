package org.kd4j.core.objective;

/**
 * A tap of somebody in the cast.
 *
 * @param role whose
 * @param tap which: {@code logits}, {@code hidden1}
 */
public record TapRef(Role role, String tap) implements Comparable<TapRef> {
  @Override
  public int compareTo(TapRef other) {
    int byRole = role.compareTo(other.role);
    return byRole != 0 ? byRole : tap.compareTo(other.tap);
  }

  @Override
  public String toString() {
    return role + "." + tap;
  }
}
