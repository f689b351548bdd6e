package org.kd4j.core.phase;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.TapRef;

/**
 * One joint training of a cast on one feed: in each step all learners see a batch and are updated,
 * together or in turn. Immutable; what cannot be right is refused here, before any training.
 *
 * @param name a label for people, in neither seed nor fingerprint
 * @param cast who takes part, at least one learner
 * @param feed what they are fed
 * @param validation what their progress is measured on; empty forbids every choice
 * @param training epochs and batches
 * @param stop when to end early
 * @param keep which network counts: the last (the default everywhere) or the best on validation
 * @param order whether learners are updated together or in turn
 */
public record Phase(
    String name,
    List<Participant> cast,
    Feed feed,
    Optional<Samples> validation,
    Training training,
    StopRule stop,
    Age keep,
    UpdateOrder order) {

  /** A phase whose learners are updated together. */
  public Phase(
      String name,
      List<Participant> cast,
      Feed feed,
      Optional<Samples> validation,
      Training training,
      StopRule stop,
      Age keep) {
    this(name, cast, feed, validation, training, stop, keep, UpdateOrder.TOGETHER);
  }

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
      if (p instanceof Shadow s) {
        UsageException.require(
            cast.stream().anyMatch(o -> o instanceof Learner && o.role().equals(s.of())),
            "phase '%s': %s is the shadow of %s, who is no learner of the cast %s",
            name,
            s.role(),
            s.of(),
            roles);
      }
      if (p instanceof Learner l) {
        Start start = l.start();
        UsageException.require(
            training.epochs() > 0 || start.beginsTrained(),
            "phase '%s' has 0 epochs, and %s (%s) does not begin with trained weights; give it an"
                + " epoch or more, or a network that does, as bert:DIR with a classifier of %d"
                + " classes",
            name,
            start.line(),
            start.spec(),
            start.spec().classes());
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
    return of(Learner.class);
  }

  /** The guides, in the order of the cast. */
  public List<Guide> guides() {
    return of(Guide.class);
  }

  /** The shadows, in the order of the cast. */
  public List<Shadow> shadows() {
    return of(Shadow.class);
  }

  private <P extends Participant> List<P> of(Class<P> kind) {
    return cast.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The same with another feed. */
  public Phase withFeed(Feed other) {
    return new Phase(name, cast, other, validation, training, stop, keep, order);
  }

  /** The same with another frame. */
  public Phase withTraining(Training other) {
    return new Phase(name, cast, feed, validation, other, stop, keep, order);
  }

  /** The same with a stop rule. */
  public Phase withStop(StopRule rule) {
    return new Phase(name, cast, feed, validation, training, rule, keep, order);
  }

  /** The same, keeping the last or the best network. */
  public Phase keeping(Age age) {
    return new Phase(name, cast, feed, validation, training, stop, age, order);
  }

  /** The same, updating its learners together or in turn. */
  public Phase withOrder(UpdateOrder other) {
    return new Phase(name, cast, feed, validation, training, stop, keep, other);
  }

  /** Updates in an epoch. */
  public int stepsPerEpoch() {
    return training.stepsPerEpoch(feed.draws());
  }
}
