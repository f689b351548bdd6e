package org.kd4j.experiments.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Samples;
import org.kd4j.core.engine.EngineReport;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Cost;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.RunListener;
import org.kd4j.core.runner.Session;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;

/**
 * How fast the runner's own distillation step is, the teacher forwarded each step:
 * 0.1·cross-entropy + 0.9·divergence at T = 4, on one thread, beside the same step in eager
 * PyTorch. What is compared is measured in turn, slice by slice, and the ratios are medians over
 * the slices.
 *
 * <p>Of the smallest step, 784-1200-1200-10 teaching 784-800-800-10 with Adam in batches of 128, it
 * is also said how fast it is with the teacher's outputs stored, and as a fraction of what the
 * matrix products alone allow.
 */
public final class StepBench {
  static final int INPUTS = 784;
  static final int CLASSES = 10;
  static final int BATCH = 128;
  static final List<Integer> TEACHER = List.of(1200, 1200);
  static final List<Integer> STUDENT = List.of(800, 800);

  private static final float TEMPERATURE = 4;

  private StepBench() {}

  /**
   * What to measure.
   *
   * @param network {@code mlp}, {@code resnet} or {@code transformer}
   * @param steps of one slice; whole epochs are run, at least so many; 0 = one epoch
   * @param repeats slices of each kind
   * @param against a Python with PyTorch, to be run in turn; empty = ours alone
   * @param nativeTuning whether settings of the native libraries may be changed
   */
  public record Options(
      String network, int steps, int repeats, Optional<String> against, boolean nativeTuning) {
    /** Checks ranges. */
    public Options {
      StepCase.named(network);
      UsageException.require(steps >= 0, "steps must be 1 or more, was %d", steps);
      UsageException.require(repeats >= 1, "repeats must be 1 or more, was %d", repeats);
    }
  }

  /**
   * Measures and prints.
   *
   * @param options what
   * @param out takes the lines, most of them key=value
   * @return the exit status
   */
  public static int run(Options options, Consumer<String> out) {
    EngineReport engine =
        Engines.start(EngineSettings.defaults().withNativeTuning(options.nativeTuning()));
    engine.lines().forEach(out);
    StepCase measured = StepCase.named(options.network());
    Optional<Yardstick> yardstick =
        options.against().map(python -> new Yardstick(python, measured.name(), engine));
    int steps = options.steps() == 0 ? measured.batches() : options.steps();
    boolean products = measured.name().equals(StepCase.MLP);
    Slices slices = new Slices();
    try (StepProducts alone = new StepProducts(engine.device())) {
      Steps ours = new Steps(measured, engine);
      int warmUp = Math.min(steps, measured.batches());
      ours.seconds(warmUp, 0);
      if (products) {
        ours.seconds(warmUp, Feed.CACHE);
        alone.measure(warmUp);
      }
      for (int i = 0; i < options.repeats(); i++) {
        if (products) {
          slices.both.add(alone.measure(steps).both());
        }
        slices.uncached.add(ours.seconds(steps, 0));
        if (products) {
          slices.student.add(alone.measure(steps).student());
          slices.cached.add(ours.seconds(steps, Feed.CACHE));
        }
        if (yardstick.isPresent()) {
          slices.eager.add(yardstick.get().seconds(steps));
        }
      }
    }
    slices.print(out);
    return 0;
  }

  /** What was measured, slice by slice; seconds a step. */
  private static final class Slices {
    final List<Double> both = new ArrayList<>();
    final List<Double> uncached = new ArrayList<>();
    final List<Double> student = new ArrayList<>();
    final List<Double> cached = new ArrayList<>();
    final List<Double> eager = new ArrayList<>();

    void print(Consumer<String> out) {
      boolean products = !cached.isEmpty();
      if (products) {
        out.accept(Figures.line("gemm_gflops", StepProducts.flops() * 1e-9 / Figures.median(both)));
      }
      rates(out, "steps_per_second_uncached", uncached);
      if (products) {
        rates(out, "steps_per_second_cached", cached);
        out.accept(Figures.line("limit_fraction_uncached", Figures.ratio(both, uncached)));
        out.accept(Figures.line("limit_fraction_cached", Figures.ratio(student, cached)));
      }
      if (!eager.isEmpty()) {
        rates(out, "steps_per_second_eager", eager);
        out.accept(Figures.line("ratio_uncached", Figures.ratio(eager, uncached)));
        if (products) {
          out.accept(Figures.line("ratio_cached", Figures.ratio(eager, cached)));
        }
      }
    }

    private static void rates(Consumer<String> out, String name, List<Double> seconds) {
      out.accept(
          name
              + "="
              + seconds.stream()
                  .map(s -> String.format(Locale.ROOT, "%.2f", 1 / s))
                  .collect(Collectors.joining(" ")));
    }
  }

  /** The runner at work. */
  private static final class Steps {
    private final StepCase measured;
    private final Task task;
    private final RunContext context;
    private long seed;

    Steps(StepCase measured, EngineReport engine) {
      this.measured = measured;
      Recipe recipe =
          new Recipe(Training.of(1, measured.batch()), measured.optimizer(), Augmentation.NONE);
      Samples one = measured.samples().apply(measured.batch());
      Samples all = measured.samples().apply(measured.batch() * measured.batches());
      this.task =
          new Task(
              "step",
              one,
              all,
              Optional.empty(),
              NetworkSpec.of(measured.teacher(), all.shape(), measured.classes()),
              NetworkSpec.of(measured.student(), all.shape(), measured.classes()),
              recipe,
              recipe);
      this.context =
          new RunContext(
              new MemoryStore(),
              engine.device(),
              engine.fingerprintWords(),
              OptionalLong.of(0),
              RunListener.NONE);
    }

    /** Seconds a step, over a phase of a new seed. */
    double seconds(int steps, int cacheMegabytes) {
      Session session = new Session(task, ++seed, context);
      Guide teacher = new Guide(Role.TEACHER, session.teacher());
      Objective objective =
          Objective.hard(0.1f)
              .and("soft", 0.9f, new SoftTargets(Target.of(Role.TEACHER), TEMPERATURE));
      Phase phase = task.phase("step", task.freshStudent(), objective, teacher);
      Cost cost =
          session
              .run(
                  phase
                      .withFeed(phase.feed().withCache(cacheMegabytes))
                      .withTraining(
                          Training.of(
                              (steps + measured.batches() - 1) / measured.batches(),
                              measured.batch())))
              .cost();
      return cost.stepSeconds() / cost.steps();
    }
  }
}
