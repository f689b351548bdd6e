package org.kd4j.experiments;

import java.util.Map;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.core.wiring.StrategyModule;

/** Strategies and data that train nothing and hold nothing: what the command line's tests name. */
public final class Toys extends StrategyModule {
  /** The core and the toys, independent of the families on the class path. */
  public static Distillation distillation() {
    return Distillation.of(new Toys());
  }

  @Override
  protected void configureStrategies() {
    strategy("echo").to(Echo.class);
    strategy("whisper").to(Whisper.class);
    representative("echo");
    data("toy").to(ToyData.class);
    data("toy-images").to(ToyData.class);
  }

  /** Which side is meant. */
  public enum Side {
    /** Left. */
    LEFT,
    /** Right. */
    FAR_RIGHT
  }

  /** Options of {@link Echo}. */
  public record EchoOptions(float temperature, float softWeight, int repeats, Side side) {
    /** Checks. */
    public EchoOptions {
      UsageException.require(temperature > 0, "temperature must be above 0, was %s", temperature);
      UsageException.require(
          repeats * softWeight <= 10, "repeats times softWeight must be at most 10");
    }
  }

  /** A strategy with options of all types. */
  public static final class Echo implements StrategyFactory<EchoOptions> {
    @Override
    public EchoOptions defaults() {
      return new EchoOptions(4, 0.9f, 1, Side.LEFT);
    }

    @Override
    public DistillationStrategy create(EchoOptions options) {
      return session -> {
        throw new IllegalStateException("toys do not train");
      };
    }

    @Override
    public Description description() {
      return new Description(
          "says what the teacher says",
          "T²·KL(p‖q)",
          Map.of(
              "temperature", "softens both distributions",
              "softWeight", "share of the echo",
              "repeats", "how often",
              "side", "from where"),
          "A. Nymph, Echoes, Metamorphoses III, 8",
          "@book{nymph8,\n  title = {Echoes}\n}");
    }
  }

  /** A strategy that needs three classes. */
  public static final class Whisper implements StrategyFactory<Whisper.Options> {
    /** Nothing to choose. */
    public record Options() {}

    @Override
    public Options defaults() {
      return new Options();
    }

    @Override
    public DistillationStrategy create(Options options) {
      return session -> {
        throw new IllegalStateException("toys do not train");
      };
    }

    @Override
    public Description description() {
      return new Description("says it softly", "CE(y, z_s)", Map.of(), "", "");
    }

    @Override
    public Requirements requirements() {
      return new Requirements(3, true, true);
    }
  }

  /** Data that is never read. */
  public static final class ToyData implements DataSource {
    @Override
    public DataSet load(SpecText spec, Place place) {
      throw new IllegalStateException("toys hold no data");
    }

    @Override
    public String summary() {
      return "toy   nothing";
    }
  }
}
