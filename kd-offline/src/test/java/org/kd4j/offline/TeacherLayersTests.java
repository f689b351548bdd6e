package org.kd4j.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Graft;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.offline.TeacherLayers.Taken;

/** Which of a teacher's layers a student starts from. */
class TeacherLayersTests {
  private static final Distillation KNOWN = Distillation.discovered();

  @BeforeAll
  static void engine() {
    Engines.start(new EngineSettings(1, true, false, "cpu"));
  }

  private static NetworkSpec image(String network) {
    return NetworkSpec.of(KNOWN.network(network), new Shape(3, 16, 16), 10);
  }

  private static List<Taken> of(String teacher, String student) {
    return TeacherLayers.of(image(teacher), image(student));
  }

  /** The first block of a later stage is wider than it reads: it is like no other. */
  @Test
  void ofBlocksMadeAlikeAStudentTakesThoseEvenlySpread() {
    assertThat(of("resnet:20,width=0.25", "resnet:14,width=0.25"))
        .containsExactlyInAnyOrder(
            new Taken("logits", "logits"),
            new Taken("stem", "stem"),
            new Taken("stage1/01Residual", "stage1/01Residual"),
            new Taken("stage1/02Residual", "stage1/02Residual"),
            new Taken("stage2/01Residual", "stage2/01Residual"),
            new Taken("stage2/02Residual", "stage2/02Residual"),
            new Taken("stage3/01Residual", "stage3/01Residual"),
            new Taken("stage3/02Residual", "stage3/02Residual"));
    assertThat(of("resnet:32,width=0.25", "resnet:14,width=0.25"))
        .contains(new Taken("stage1/03Residual", "stage1/02Residual"));
  }

  /** Layers 0, 2, 4 … of an encoder, as DistilBERT takes them; numbers count as numbers. */
  @Test
  void halfTheLayersAreEveryOtherOne() {
    NetworkSpec teacher =
        NetworkSpec.of(KNOWN.network("transformer:12x8,heads=2"), new Shape(6, 20), 2);
    NetworkSpec student =
        NetworkSpec.of(KNOWN.network("transformer:6x8,heads=2"), new Shape(6, 20), 2);
    List<Taken> taken = TeacherLayers.of(teacher, student);
    IntStream.range(0, 6)
        .forEach(
            i ->
                assertThat(taken)
                    .contains(
                        new Taken("attention." + 2 * i, "attention." + i),
                        new Taken("value." + 2 * i, "value." + i),
                        new Taken("hidden." + (2 * i + 1), "hidden." + (i + 1))));
    assertThat(taken).contains(new Taken("hidden.0", "hidden.0"), new Taken("logits", "logits"));
  }

  @Test
  void aQuantisedTeacherIsTakenWhole() {
    assertThat(of("resnet:8,width=0.25", "quantised(resnet:8,width=0.25)"))
        .containsExactly(new Taken("", ""));
  }

  @Test
  void aSlimmerStudentHasNoLayerOfTheTeachers() {
    assertThat(of("resnet:8,width=0.5", "resnet:8,width=0.25")).isEmpty();
  }

  private static Offline offline() {
    return new Offline(
        new Offline.Options(
            4,
            0.9f,
            0.1f,
            Offline.LabelUse.OBJECTIVE,
            0.1f,
            Offline.Correction.NONE,
            Offline.StudentStart.TEACHER));
  }

  private static Task task(String teacher, String student) {
    return TinyTask.task(1, KNOWN.network(teacher), KNOWN.network(student));
  }

  @Test
  void theStudentsPhaseStartsFromThem() {
    Task task = task("mlp:8-6-6-6-6", "mlp:8-6-6");
    assertThat(offline().missing(task)).isEmpty();
    Phase student = Example.run(offline(), task).student();
    assertThat(student.learners().get(0).start().grafts())
        .extracting(Graft::fromPath, Graft::toPath)
        .containsExactlyInAnyOrder(
            tuple("hidden1", "hidden1"),
            tuple("hidden2", "hidden2"),
            tuple("hidden3", "hidden3"),
            tuple("logits", "logits"));
  }

  @Test
  void whoHasNoneIsRefused() {
    Task task = task("mlp:8", "mlp:4");
    assertThat(offline().missing(task).orElseThrow())
        .startsWith("needs a student with layers of the teacher's width for start=teacher");
    assertThatThrownBy(() -> Example.run(offline(), task))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no layer of mlp:4 is made as one of mlp:8");
  }
}
