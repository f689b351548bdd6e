package org.kd4j.core.base;

/**
 * Refused before any training: bad usage, configuration or input. The message says what was given,
 * what would be right and the way out; the command line prints it alone and exits with 2.
 */
public final class UsageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was given; what would be right
   */
  public UsageException(String message) {
    super(message);
  }

  /**
   * @param message what was given; what would be right
   * @param cause what the platform said
   */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Refuses unless a condition holds: the one-line validation of options and specs.
   *
   * @param holds the condition
   * @param message a {@link String#format} pattern saying what would be right and what was given
   * @param arguments its arguments
   */
  public static void require(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new UsageException(String.format(java.util.Locale.ROOT, message, arguments));
    }
  }
}
