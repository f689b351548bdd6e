package org.kd4j.core.base;

/**
 * A run that began and could not go on: a diverged loss, a full disk. What was already trained is
 * kept; the command line prints the message alone and exits with 1.
 */
public final class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what happened and how to go on
   */
  public RunException(String message) {
    super(message);
  }

  /**
   * @param message what happened and how to go on
   * @param cause what the platform said
   */
  public RunException(String message, Throwable cause) {
    super(message, cause);
  }
}
