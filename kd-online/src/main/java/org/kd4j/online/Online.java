package org.kd4j.online;

import java.util.List;
import java.util.Map;
import org.kd4j.core.base.Ranges;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Start;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.DistillationResult;
import org.kd4j.core.strategy.DistillationSession;
import org.kd4j.core.strategy.DistillationStrategy;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.Task;

/**
 * Online distillation: teacher and student learn in one phase. The student minimises hardWeight ·
 * CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) ‖ softmax(z_s/T)) against the teacher of that
 * very step; the teacher minimises CE(y, z_t) + w(e) · T² · KL(softmax(z_s/T) ‖ softmax(z_t/T)), w
 * rising to feedbackWeight. All are means over the batch, and whoever is the reference of a
 * divergence is detached: no gradient crosses from one network to the other (J. Gou, B. Yu, S. J.
 * Maybank, D. Tao, "Knowledge Distillation: A Survey", IJCV 129, 2021, section 3.2; the direction
 * back to the teacher is that of Y. Zhang, T. Xiang, T. M. Hospedales, H. Lu, "Deep Mutual
 * Learning", CVPR 2018).
 *
 * <p>The phase is the students': their transfer set, augmentation, epochs and batches. The teacher
 * keeps its own optimiser. With {@code start=fresh} and feedbackWeight 0 it is therefore, bit for
 * bit, the task's standard teacher wherever the two recipes have the same frame (epochs, batch
 * size, augmentation) and students learn from all of train; with another frame it is the teacher
 * that this frame allows. With {@code start=pretrained} the standard teacher goes on learning, its
 * optimiser and its rate's schedule begun anew.
 */
public final class Online implements DistillationStrategy {
  /** What the teacher is reported as; {@code teacher} alone is the task's standard one. */
  static final String TEACHER_NAME = "joint-teacher";

  private final Options options;

  /** Where the teacher starts. */
  public enum TeacherStart {
    /** With fresh weights, beside the student. */
    FRESH,
    /** As the task's standard teacher. */
    PRETRAINED
  }

  /**
   * @param start where the teacher starts
   * @param temperature T, above 0
   * @param softWeight weight of what the student learns from the teacher, with its factor T²
   * @param hardWeight weight of the labels for the student; for the teacher it is 1
   * @param feedbackWeight highest weight of what the teacher learns from the student, with its
   *     factor T²
   * @param feedbackRamp share of the epochs that weight takes to rise, {@link RampUp}
   */
  public record Options(
      TeacherStart start,
      float temperature,
      float softWeight,
      float hardWeight,
      float feedbackWeight,
      float feedbackRamp) {
    /** Checks ranges. */
    public Options {
      Ranges.temperature(temperature);
      Ranges.weight("softWeight", softWeight);
      Ranges.weight("hardWeight", hardWeight);
      UsageException.require(
          softWeight + hardWeight > 0,
          "softWeight and hardWeight are both 0: nothing to learn from");
      Ranges.weight("feedbackWeight", feedbackWeight);
      UsageException.require(
          feedbackRamp >= 0 && feedbackRamp <= 1,
          "feedbackRamp is a share of the epochs, from 0 to 1, was %s",
          feedbackRamp);
    }
  }

  /** Online distillation with these options. */
  public Online(Options options) {
    this.options = options;
  }

  @Override
  public DistillationResult distill(DistillationSession session) {
    Task task = session.task();
    boolean fresh = options.start() == TeacherStart.FRESH;
    Start teacherStart =
        fresh ? Start.fresh(task.teacher(), Task.TEACHER_LINE) : Start.resume(session.teacher());
    Objective ofStudent =
        Objective.hard(options.hardWeight()).and("soft", options.softWeight(), from(Role.TEACHER));
    Objective ofTeacher = Objective.hard(1);
    if (options.feedbackWeight() > 0) {
      RampUp weight = new RampUp(options.feedbackWeight(), options.feedbackRamp());
      ofTeacher = ofTeacher.and("feedback", weight, from(Role.STUDENT));
    }
    Phase phase =
        task.phase(
            "online",
            List.of(
                new Learner(
                    Role.STUDENT, task.freshStudent(), task.recipe().optimizer(), ofStudent),
                new Learner(
                    Role.TEACHER, teacherStart, task.teacherRecipe().optimizer(), ofTeacher)));
    PhaseResult both = session.run(phase);
    DistillationResult result =
        DistillationResult.of(both.network(Role.STUDENT))
            .with(TEACHER_NAME, both.network(Role.TEACHER));
    return fresh ? result : result.with("teacher", session.teacher());
  }

  private SoftTargets from(Role role) {
    return new SoftTargets(Target.of(role), options.temperature());
  }

  /** Binds {@code online}. */
  public static final class Factory implements StrategyFactory<Options> {
    /**
     * Labels and guidance weigh alike, as in all online methods whose papers weigh them (deep
     * mutual learning, ONE, KDCL): a teacher that knows nothing yet must not outweigh the labels.
     * The temperature is that for a fixed teacher, the feedback's numbers are ours.
     */
    @Override
    public Options defaults() {
      return new Options(TeacherStart.FRESH, 4, 1, 1, 0.1f, 0.5f);
    }

    @Override
    public DistillationStrategy create(Options options) {
      return new Online(options);
    }

    @Override
    public Description description() {
      return new Description(
          "teacher and student learn together, each from labels and from the other",
          "student: hardWeight · CE(y, z_s) + softWeight · T² · KL(softmax(z_t/T) || softmax(z_s/T));"
              + " teacher: CE(y, z_t) + w · T² · KL(softmax(z_s/T) || softmax(z_t/T)),"
              + " w = feedbackWeight · exp(-5 (1 - min(1, e / (feedbackRamp · epochs)))²)",
          Map.of(
              "start", "whether the teacher starts fresh or as the task's standard teacher",
              "temperature", "T, softens both distributions; 4, as for a fixed teacher",
              "softWeight",
                  "weight of the student's soft term, which keeps its factor T²; 1, as in deep mutual learning",
              "hardWeight", "weight of the student's labels; 1, as in deep mutual learning",
              "feedbackWeight",
                  "highest weight of what the teacher learns from the student; 0.1, ours",
              "feedbackRamp", "share of the epochs in which that weight rises from 0; 0.5, ours"),
          "J. Gou, B. Yu, S. J. Maybank, D. Tao, Knowledge Distillation: A Survey, International"
              + " Journal of Computer Vision 129, 2021, section 3.2 (online distillation)",
          """
          @article{gou2021knowledge,
            title={Knowledge Distillation: A Survey},
            author={Gou, Jianping and Yu, Baosheng and Maybank, Stephen J. and Tao, Dacheng},
            journal={International Journal of Computer Vision},
            volume={129},
            pages={1789--1819},
            year={2021}
          }""");
    }
  }
}
