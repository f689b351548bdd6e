package org.kd4j.core.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;

/**
 * Where a learner starts. Its <em>line</em> is who the network is over its life ({@code student},
 * {@code teacher}, {@code teacher-2}, {@code assistant/cnn:6}); first weights, dropout and order of
 * data hang on it, so that at one trial seed all strategies' students start alike.
 *
 * @param spec the network
 * @param line who it is over its life
 * @param from the network it goes on from; empty = fresh
 * @param grafts parts taken over from other networks, in order
 * @param adapters whether the adapters of its terms go on as well where it goes on
 */
public record Start(
    NetworkSpec spec, String line, Optional<Trained> from, List<Graft> grafts, boolean adapters) {
  /** Checks the line. */
  public Start {
    grafts = List.copyOf(grafts);
    UsageException.require(
        line.matches("[a-z][a-z0-9-]*(/\\S+)?"),
        "a line reads student, teacher-2 or assistant/cnn:6, was '%s'",
        line);
  }

  /** A network with first weights drawn for its line. */
  public static Start fresh(NetworkSpec spec, String line) {
    return new Start(spec, line, Optional.empty(), List.of(), false);
  }

  /** Whether it is a network that was trained elsewhere, as it is. */
  boolean beginsTrained() {
    return from.isEmpty() && grafts.isEmpty() && spec.architecture().beginsTrained(spec.classes());
  }

  /** A network that goes on from where it stands, with a new optimiser. */
  public static Start resume(Trained trained) {
    return new Start(trained.spec(), trained.line(), Optional.of(trained), List.of(), false);
  }

  /**
   * The same, and adapters go on from where the phase before left them, those of the same term and
   * name; others start fresh. Refused where none does.
   */
  public Start withAdapters() {
    UsageException.require(
        from.isPresent(), "adapters go on where a network does; '%s' starts fresh", line);
    return new Start(spec, line, from, grafts, true);
  }

  /**
   * The same with a part taken over from a trained network. What is drawn for the rest does not
   * shift: first weights hang on their own paths.
   *
   * @param donor whose weights
   * @param fromPath the part taken: a stage's name, or empty = all
   * @param toPath the part of this network that becomes it
   */
  public Start grafting(Trained donor, String fromPath, String toPath) {
    List<Graft> more = new ArrayList<>(grafts);
    more.add(new Graft(donor, fromPath, toPath));
    return new Start(spec, line, from, more, adapters);
  }
}
