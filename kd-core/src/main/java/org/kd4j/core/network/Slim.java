package org.kd4j.core.network;

import com.google.inject.Inject;
import com.google.inject.Provider;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * A slimmer network of another's own family: {@code slim(teacher,layers=0.5,width=0.5)}. It reads
 * as the network it comes to ({@code slim(mlp:1200-1200,layers=0.5,width=0.5)} is {@code mlp:600}),
 * so nothing of it is left in plans and stores. What the shares do in each family: {@link
 * Architecture#slimmed}.
 */
public final class Slim implements NetworkFamily {
  private final Provider<Networks> networks;

  /**
   * @param networks all families; asked only when a spec is read, for this is one of them
   */
  @Inject
  public Slim(Provider<Networks> networks) {
    this.networks = networks;
  }

  @Override
  public Architecture parse(SpecText spec) {
    SpecText own = spec.around("layers", "width");
    return networks
        .get()
        .parse(own.argument())
        .slimmed(checked("layers", own), checked("width", own));
  }

  private static float checked(String name, SpecText spec) {
    float share = spec.number(name, 0.5f);
    UsageException.require(
        share > 0 && share <= 1, "slim: %s must be above 0 to 1, was %s", name, share);
    return share;
  }

  /** A share of a number of units or layers, rounded; at least 1. */
  static int share(int whole, float share) {
    return Math.max(1, Math.round(whole * share));
  }

  @Override
  public String summary() {
    return "slim(teacher,layers=0.5,width=0.5)   a slimmer network of the teacher's family";
  }
}
