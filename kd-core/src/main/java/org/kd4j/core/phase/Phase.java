package org.kd4j.core.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.TapRef;

/**
 * One joint training of a cast on one feed. All learners of a step read the outputs of before the
 * step and are updated together. Immutable; what cannot be right is refused here, before any
 * training.
 *
 * @param name a label for people, in neither seed nor fingerprint
 * @param cast who takes part, at least one learner
 * @param feed what they are fed
 * @param validation what their progress is measured on; empty forbids every choice
 * @param training epochs and batches
 * @param stop when to end early
 * @param keep which network counts: the last (the default everywhere) or the best on validation
 */
public record Phase(
    String name,
    List<Participant> cast,
    Feed feed,
    Optional<Samples> validation,
    Training training,
    StopRule stop,
    Age keep) {

  /** Checks the cast. */
  public Phase {
    cast = List.copyOf(cast);
    Set<Role> roles = new TreeSet<>();
    Set<String> lines = new TreeSet<>();
    for (Participant p : cast) {
      UsageException.require(roles.add(p.role()), "phase '%s' casts %s twice", name, p.role());
      if (p instanceof Learner l) {
        UsageException.require(
            lines.add(l.start().line()),
            "phase '%s' has two learners of line '%s'; they would start and drop alike, give each its own",
            name,
            l.start().line());
      }
    }
    UsageException.require(!lines.isEmpty(), "phase '%s' trains nobody; cast a Learner", name);
    UsageException.require(
        validation.isPresent() || (!stop.needsValidation() && keep == Age.LAST),
        "phase '%s' chooses by validation, and there is none; leave out the choice or set validation samples aside",
        name);
    for (Participant p : cast) {
      if (p instanceof Learner l) {
        for (TapRef tap : l.objective().needs().taps()) {
          UsageException.require(
              roles.contains(tap.role()),
              "phase '%s': %s learns from %s, who is not in the cast %s",
              name,
              l.role(),
              tap.role(),
              roles);
        }
        for (Participant other : cast) {
          boolean itself =
              other instanceof Guide g
                  && l.start()
                      .from()
                      .map(Trained::fingerprint)
                      .equals(Optional.of(g.knowledge().fingerprint()));
          UsageException.require(
              !itself,
              "phase '%s': %s starts as its own guide %s and would learn nothing; give it a fresh start or another guide",
              name,
              l.role(),
              other.role());
        }
      }
    }
  }

  /** The learners, in the order of the cast. */
  public List<Learner> learners() {
    List<Learner> learners = new ArrayList<>();
    cast.forEach(
        p -> {
          if (p instanceof Learner l) {
            learners.add(l);
          }
        });
    return learners;
  }

  /** The guides, in the order of the cast. */
  public List<Guide> guides() {
    List<Guide> guides = new ArrayList<>();
    cast.forEach(
        p -> {
          if (p instanceof Guide g) {
            guides.add(g);
          }
        });
    return guides;
  }

  /** The same with another feed. */
  public Phase withFeed(Feed other) {
    return new Phase(name, cast, other, validation, training, stop, keep);
  }

  /** The same with another frame. */
  public Phase withTraining(Training other) {
    return new Phase(name, cast, feed, validation, other, stop, keep);
  }

  /** The same with a stop rule. */
  public Phase withStop(StopRule rule) {
    return new Phase(name, cast, feed, validation, training, rule, keep);
  }

  /** The same, keeping the last or the best network. */
  public Phase keeping(Age age) {
    return new Phase(name, cast, feed, validation, training, stop, age);
  }
}
