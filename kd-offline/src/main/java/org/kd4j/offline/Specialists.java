package org.kd4j.offline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Samples;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;
import org.kd4j.offline.specialists.Collapsed;
import org.kd4j.offline.specialists.ConfusableGroups;
import org.kd4j.offline.specialists.ConfusionCovariance;
import org.kd4j.offline.specialists.Dustbin;
import org.kd4j.offline.specialists.GeneralistWithSpecialists;
import org.kd4j.offline.specialists.HalfFrom;
import org.kd4j.offline.specialists.Part;
import org.kd4j.offline.specialists.SpecialistReport;

/**
 * A generalist, specialists for the classes it confuses, and a student of all of them (G. Hinton,
 * O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", NIPS deep learning workshop,
 * 2014, section 5).
 *
 * <ol>
 *   <li>The generalist is the task's teacher. Clusters of the columns of the covariance of its
 *       predictions, on the validation samples where there are some, give the {@linkplain
 *       ConfusableGroups groups}.
 *   <li>Each specialist starts from the generalist's weights, its last layer made anew with an
 *       output for each class of its group and one, the dustbin, for all others. It trains half on
 *       its group ({@link HalfFrom}); its dustbin logit is then {@linkplain Dustbin corrected}.
 *   <li>Together they say q, which minimises KL(p_g ‖ q) + Σ KL(p_m ‖ q) over the specialists that
 *       are called ({@link GeneralistWithSpecialists}).
 *   <li>What the paper leaves open: a student learns from q, hardWeight · CE(y, z_s) + softWeight ·
 *       T² · KL(q^T ‖ softmax(z_s/T)).
 * </ol>
 *
 * <p>With {@code depth=2} each specialist is the generalist of finer ones within its group. With k
 * specialists that is up to 1 + k + k² networks to train and to keep; a sample is forwarded through
 * those that are called.
 */
public final class Specialists implements DistillationStrategy {
  private final Options options;

  /** What holds a specialist's overfitting on its few samples. */
  public enum Regularizer {
    /** Nothing but what the generalist's network brings. */
    NONE,
    /** Dropout. */
    DROPOUT,
    /** Labels that give away some of their mass. */
    LABEL_SMOOTHING,
    /** The generalist's own predictions, the paper's section 6.1. */
    SOFT_TARGETS
  }

  /** What is used in the end. */
  public enum Deploy {
    /** One student of all. */
    STUDENT,
    /** The generalist with its specialists. */
    WHOLE
  }

  /**
   * @param specialists how many, from 1 to the number of classes
   * @param groupSize classes of a specialist, at least 2 and below the number of classes; 0 = in
   *     the paper's proportion
   * @param topN how many of the generalist's most probable classes call their specialists
   * @param regularizer what holds overfitting
   * @param dropout rate of {@code regularizer=dropout}, from above 0 to below 1
   * @param smoothing mass given away by {@code regularizer=label-smoothing}, from above 0 to below
   *     1
   * @param guideWeight weight of the generalist's soft targets in {@code regularizer=soft-targets},
   *     from above 0 to 1; the labels have the rest
   * @param temperature T of all soft targets, above 0
   * @param softWeight weight of the student's soft term, with its factor T²
   * @param hardWeight weight of the student's labels
   * @param depth 1, or 2 for specialists with finer specialists
   * @param deploy what is used in the end
   */
  public record Options(
      int specialists,
      int groupSize,
      int topN,
      Regularizer regularizer,
      float dropout,
      float smoothing,
      float guideWeight,
      float temperature,
      float softWeight,
      float hardWeight,
      int depth,
      Deploy deploy) {
    /** Checks ranges. */
    public Options {
      UsageException.require(
          specialists >= 1, "specialists must be at least 1, was %d", specialists);
      UsageException.require(
          groupSize == 0 || groupSize >= 2,
          "groupSize must be at least 2, since a group is of classes confused with each other,"
              + " or 0 for the paper's proportion; was %d",
          groupSize);
      UsageException.require(topN >= 1, "topN must be at least 1, was %d", topN);
      share("dropout", dropout);
      share("smoothing", smoothing);
      UsageException.require(
          guideWeight > 0 && guideWeight <= 1,
          "guideWeight must be above 0 and at most 1, was %s",
          guideWeight);
      Ranges.temperature(temperature);
      Ranges.weight("softWeight", softWeight);
      Ranges.weight("hardWeight", hardWeight);
      UsageException.require(
          softWeight + hardWeight > 0,
          "softWeight and hardWeight are both 0: nothing to learn from");
      UsageException.require(depth == 1 || depth == 2, "depth must be 1 or 2, was %d", depth);
    }

    private static void share(String name, float value) {
      UsageException.require(
          value > 0 && value < 1, "%s must be above 0 and below 1, was %s", name, value);
    }
  }

  /** A generalist and specialists with these options. */
  public Specialists(Options options) {
    this.options = options;
  }

  /** Groups, calls and dropout must be such as the generalist's classes and network allow. */
  @Override
  public Optional<String> missing(Task task) {
    int classes = task.teacher().classes();
    int size = groupSize(classes, true);
    Optional<String> groups = ConfusableGroups.missing(classes, options.specialists(), size);
    if (groups.isPresent()) {
      return groups;
    }
    if (options.topN() > classes) {
      return Optional.of(
          "needs topN to be at most the number of classes, " + classes + "; was " + options.topN());
    }
    if (options.depth() > 1 && size < 3) {
      return Optional.of(
          "needs at least 3 classes in a group to take it apart once more (depth=2), they have "
              + size
              + " of the "
              + classes
              + "; choose fewer specialists or a larger groupSize");
    }
    if (options.regularizer() == Regularizer.DROPOUT
        && !(task.teacher().architecture() instanceof Mlp)) {
      return Optional.of(
          "needs a network with dropout, as mlp is, for regularizer=dropout; the generalist is "
              + task.teacher()
              + ". Choose label-smoothing or soft-targets");
    }
    return Optional.empty();
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    refuseUnfit("specialists", task);
    Trained teacher = session.teacher();
    Branch trunk = new Branch(task, teacher, teacher, "specialist");
    Knowledge whole = grown(session, List.of(trunk), options.depth()).get(0);
    task.validation().ifPresent(on -> tell(session, teacher, whole, on));
    if (options.deploy() == Deploy.WHOLE) {
      return DistillationResult.of(whole).with("teacher", teacher);
    }
    Objective objective =
        Objective.hard(options.hardWeight()).and("soft", options.softWeight(), soft());
    Phase student =
        task.phase("student", task.freshStudent(), objective, new Guide(Role.TEACHER, whole));
    return DistillationResult.of(session.run(student).network(Role.STUDENT))
        .with("teacher", teacher)
        .with("whole", whole);
  }

  /** What the specialists were good for on the validation samples, as far as it can be told. */
  private static void tell(
      DistillationSession session, Knowledge generalist, Knowledge whole, Samples on) {
    if (whole instanceof GeneralistWithSpecialists all) {
      SpecialistReport.of(all, session.predict(generalist, on), session.predict(whole, on))
          .told()
          .forEach(line -> session.note("on validation, " + line));
    }
  }

  /**
   * Somebody who is to have specialists.
   *
   * @param task its own: its classes, the last of them its dustbin unless it is the trunk
   * @param network where its specialists start
   * @param knowledge what it says, corrected
   * @param line prefix of its specialists' lines
   */
  private record Branch(Task task, Trained network, Knowledge knowledge, String line) {
    boolean isTrunk() {
      return knowledge == network;
    }

    /** How many classes it tells apart, without a dustbin. */
    int classes() {
      return network.spec().classes() - (isTrunk() ? 0 : 1);
    }
  }

  /**
   * A specialist to be.
   *
   * @param of whose
   * @param group its classes among theirs
   * @param task its own
   * @param line who it is
   */
  private record Twig(Branch of, List<Integer> group, Task task, String line) {
    Branch grown(Trained trained) {
      return new Branch(task, trained, Dustbin.shifted(trained, correction()), line);
    }

    double correction() {
      return Dustbin.correction(new HalfFrom(task.train()).naturalShare(), HalfFrom.SHARE);
    }
  }

  /** Gives all of some branches their specialists; a whole level is trained at once. */
  private List<Knowledge> grown(DistillationSession session, List<Branch> branches, int depth) {
    List<Twig> twigs = new ArrayList<>();
    branches.forEach(branch -> twigs.addAll(twigs(session, branch)));
    List<PhaseResult> results = session.runAll(twigs.stream().map(this::phase).toList());
    List<Branch> specialists = new ArrayList<>();
    for (int i = 0; i < twigs.size(); i++) {
      specialists.add(twigs.get(i).grown(results.get(i).network(Role.STUDENT)));
    }
    List<Knowledge> known =
        depth > 1
            ? grown(session, specialists, depth - 1)
            : specialists.stream().map(Branch::knowledge).toList();
    Map<Branch, List<Part>> parts = new LinkedHashMap<>();
    for (int i = 0; i < twigs.size(); i++) {
      parts
          .computeIfAbsent(twigs.get(i).of(), b -> new ArrayList<>())
          .add(new Part(known.get(i), twigs.get(i).group()));
    }
    List<Knowledge> whole = new ArrayList<>();
    parts.forEach(
        (branch, of) ->
            whole.add(new GeneralistWithSpecialists(branch.knowledge(), of, options.topN())));
    return whole;
  }

  private List<Twig> twigs(DistillationSession session, Branch branch) {
    List<Twig> twigs = new ArrayList<>();
    for (List<Integer> group : groups(session, branch)) {
      String line = branch.line() + "-" + (twigs.size() + 1);
      twigs.add(new Twig(branch, group, ownTask(branch.task(), group, line), line));
    }
    return twigs;
  }

  /** The classes somebody confuses; its dustbin is none of them. */
  private List<List<Integer>> groups(DistillationSession session, Branch branch) {
    Samples on = branch.task().validation().orElse(branch.task().train());
    double[][] covariance = ConfusionCovariance.of(session.predict(branch.knowledge(), on));
    int classes = branch.classes();
    double[][] own = new double[classes][];
    Arrays.setAll(own, c -> Arrays.copyOf(covariance[c], classes));
    return ConfusableGroups.of(
        own,
        Math.min(options.specialists(), classes),
        groupSize(classes, branch.isTrunk()),
        Draws.of(0, "specialists", branch.line()));
  }

  /** The option is for the first level; what is finer goes by the paper's proportion. */
  private int groupSize(int classes, boolean trunk) {
    return trunk && options.groupSize() > 0
        ? options.groupSize()
        : ConfusableGroups.customarySize(classes, Math.min(options.specialists(), classes));
  }

  /** The same data with a group's classes and a dustbin. */
  private Task ownTask(Task task, List<Integer> group, String line) {
    Samples train = Dustbin.relabelled(task.train(), group, line);
    Optional<Samples> validation = task.validation().map(v -> Dustbin.relabelled(v, group, line));
    NetworkSpec like = task.teacher();
    Architecture architecture = like.architecture();
    if (options.regularizer() == Regularizer.DROPOUT && architecture instanceof Mlp mlp) {
      architecture = new Mlp(mlp.hidden(), options.dropout(), mlp.inputDropout());
    }
    NetworkSpec spec = new NetworkSpec(architecture, like.input(), group.size() + 1);
    return new Task(
        task.name() + "/" + line,
        train,
        train,
        validation,
        spec,
        spec,
        task.teacherRecipe(),
        task.teacherRecipe());
  }

  private Phase phase(Twig twig) {
    Task own = twig.task();
    Start start = start(twig.of().network(), own.student(), twig.line());
    Phase phase =
        switch (options.regularizer()) {
          case NONE, DROPOUT -> own.phase(twig.line(), start, Objective.hard(1));
          case LABEL_SMOOTHING -> own.phase(twig.line(), start, smoothed());
          case SOFT_TARGETS -> {
            // What the generalist says holds for samples as they come; of those shown, the group's
            // are too many. Shifted alike, both terms ask for the same dustbin, and one correction
            // fits.
            Knowledge guide =
                Dustbin.shifted(
                    new Collapsed(twig.of().knowledge(), twig.group()), -twig.correction());
            Objective both =
                Objective.hard(1 - options.guideWeight())
                    .and("soft", options.guideWeight(), soft());
            yield own.phase(twig.line(), start, both, new Guide(Role.TEACHER, guide));
          }
        };
    return phase.withFeed(
        own.recipe()
            .feed(own.train())
            .withStream(twig.line())
            .withSampling(new HalfFrom(own.train())));
  }

  private Objective smoothed() {
    return Objective.of(
        "smoothed",
        1,
        new LabelSmoothing.SmoothedLabels(options.smoothing(), LabelSmoothing.Spread.ALL_CLASSES));
  }

  private SoftTargets soft() {
    return new SoftTargets(Target.of(Role.TEACHER), options.temperature());
  }

  /** All of the generalist's weights but the last layer's. */
  private static Start start(Trained generalist, NetworkSpec spec, String line) {
    Start start = Start.fresh(spec, line);
    var stages = spec.architecture().build(spec.inputShape(), spec.classes()).stages();
    for (var stage : stages.entrySet()) {
      if (!stage.getKey().equals(TappedBlock.LOGITS)
          && !stage.getValue().getParameters().isEmpty()) {
        start = start.grafting(generalist, stage.getKey(), stage.getKey());
      }
    }
    return start;
  }

  /** Binds {@code specialists}. */
  public static final class Factory implements StrategyFactory<Options> {
    @Override
    public Options defaults() {
      return new Options(
          3, 0, 1, Regularizer.SOFT_TARGETS, 0.5f, 0.1f, 0.5f, 4, 0.9f, 0.1f, 1, Deploy.STUDENT);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Specialists(options);
    }

    /** With two classes no group leaves anything outside. */
    @Override
    public Requirements requirements() {
      return new Requirements(3, false, false);
    }

    @Override
    public Description description() {
      return new Description(
          "a generalist, specialists for the classes it confuses, and a student of all of them",
          "q = argmin KL(p_g || q) + sum over active specialists of KL(p_m || q);"
              + " student: hardWeight · CE(y, z_s) + softWeight · T² · KL(q^T || softmax(z_s/T))",
          Map.ofEntries(
              Map.entry("specialists", "how many; 3, ours; the paper's largest run has 61"),
              Map.entry(
                  "groupSize",
                  "classes of each, below the task's; 0 = so that a class has 1.22 specialists on"
                      + " average, as in the paper"),
              Map.entry(
                  "topN",
                  "how many of the generalist's most probable classes call their specialists, 1 in"
                      + " the paper"),
              Map.entry(
                  "regularizer",
                  "what holds a specialist's overfitting: none, dropout, label smoothing, or the"
                      + " generalist's soft targets"),
              Map.entry("dropout", "rate of regularizer=dropout"),
              Map.entry("smoothing", "share of mass given away by regularizer=label-smoothing"),
              Map.entry(
                  "guideWeight",
                  "weight of the generalist in regularizer=soft-targets; the labels have the rest"),
              Map.entry(
                  "temperature",
                  "T, softens both distributions of every soft term; 4, as offline's"),
              Map.entry(
                  "softWeight",
                  "weight of the student's soft term, which keeps its factor T²; 0.9, as offline's"),
              Map.entry("hardWeight", "weight of the student's labels; 0.1, as offline's"),
              Map.entry(
                  "depth", "2 = each specialist is the generalist of finer ones in its group"),
              Map.entry(
                  "deploy", "one student of all, or the whole: the generalist with specialists")),
          "G. Hinton, O. Vinyals, J. Dean, Distilling the Knowledge in a Neural Network,"
              + " NIPS deep learning workshop, 2014, section 5",
          """
          @article{hinton2015distilling,
            title={Distilling the Knowledge in a Neural Network},
            author={Hinton, Geoffrey and Vinyals, Oriol and Dean, Jeff},
            journal={arXiv preprint arXiv:1503.02531},
            year={2015}
          }""");
    }
  }
}
