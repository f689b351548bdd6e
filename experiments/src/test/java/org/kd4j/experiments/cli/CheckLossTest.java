package org.kd4j.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.wiring.Distillation;

class CheckLossTest {
  private static final Path REFERENCES = Path.of("../kd-core/src/test/resources/reference-losses");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int check(Path... files) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false, 80);
    Application application =
        new Application(
            console,
            Map.of(),
            Distillation::of,
            known -> {
              throw new IllegalStateException("nothing is run");
            },
            List::of);
    String[] arguments = new String[files.length + 1];
    arguments[0] = "check-loss";
    for (int i = 0; i < files.length; i++) {
      arguments[i + 1] = files[i].toString();
    }
    return Kd.execute(application, arguments);
  }

  private Path altered(String name, String from, String to) throws Exception {
    String text = Files.readString(REFERENCES.resolve(name));
    assertThat(text).contains(from);
    return Files.writeString(folder.resolve("altered.json"), text.replace(from, to));
  }

  @Test
  void ourFormulasAreThePublishedOnes() {
    int status =
        check(
            REFERENCES.resolve("soft_targets_kl.json"),
            REFERENCES.resolve("soft_targets_cross_entropy.json"),
            REFERENCES.resolve("logit_mse.json"));
    assertThat(status).as(out + "\n" + err).isEqualTo(0);
    assertThat(out.toString().lines().map(l -> l.replaceAll(" +\\d\\.\\de-\\d\\d +", " x ")))
        .containsExactly(
            "formula                     quantity                    relative error",
            "soft_targets_kl             loss x ok",
            "soft_targets_kl             gradient of student_logits x ok",
            "soft_targets_cross_entropy  loss x ok",
            "soft_targets_cross_entropy  gradient of student_logits x ok",
            "logit_mse                   loss x ok",
            "logit_mse                   gradient of student_logits x ok");
  }

  @Test
  void aLossThatIsSlightlyOffIsFound() throws Exception {
    assertThat(
            check(altered("soft_targets_kl.json", "\"temperature\": 4.0", "\"temperature\": 4.01")))
        .isEqualTo(1);
    assertThat(out.toString()).contains("DIFFERS");
  }

  @Test
  void anUnknownFormulaNamesTheNearest() throws Exception {
    Path file = altered("logit_mse.json", "\"logit_mse\"", "\"logits_mse\"");
    assertThat(check(file, REFERENCES.resolve("logit_mse.json"))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            file
                + ": No formula 'logits_mse'. Did you mean 'logit_mse'? Known: logit_mse,"
                + " soft_targets_cross_entropy, soft_targets_kl.\n");
    assertThat(out.toString()).as("the others are checked all the same").contains("ok");
  }

  @Test
  void aBrokenFileIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("half.json"), "{\"name\": \"logit_mse\",\n");
    assertThat(check(file)).isEqualTo(2);
    assertThat(err.toString()).startsWith(file + ":2: not JSON: ");
    assertThat(check(altered("logit_mse.json", "\"shape\": [6, 5]", "\"shape\": [6, 4]")))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("student_logits.data holds 30 numbers, its shape [6, 4] wants 24");
    assertThat(check(altered("logit_mse.json", "\"teacher_logits\"", "\"guide_logits\"")))
        .isEqualTo(2);
    assertThat(err.toString()).contains("No input of logit_mse 'teacher_logits'.");
    assertThat(check(folder.resolve("none.json"))).isEqualTo(2);
    assertThat(err.toString()).startsWith("There is no file ");
  }

  private Path written(String inputs, String gradients) throws Exception {
    return Files.writeString(
        folder.resolve("written.json"),
        "{\"name\": \"logit_mse\", \"inputs\": {"
            + inputs
            + "}, \"loss\": 1.0, \"gradients\": {"
            + gradients
            + "}}");
  }

  private static String tensor(String name, String shape, String data) {
    return "\"" + name + "\": {\"shape\": [" + shape + "], \"data\": [" + data + "]}";
  }

  @Test
  void aValueAloneIsChecked() throws Exception {
    String inputs = tensor("student_logits", "1, 2", "1, 2") + ", ";
    Path file = written(inputs + tensor("teacher_logits", "1, 2", "0, 1"), "");
    assertThat(check(file)).as(out + "\n" + err).isEqualTo(0);
  }

  @Test
  void inputsThatDoNotGoTogetherAreTheFilesMatter() throws Exception {
    String student = tensor("student_logits", "1, 2", "1, 2");
    String teacher = tensor("teacher_logits", "1, 3", "0, 1, 2");
    Path file = written(student + ", " + teacher, student);
    assertThat(check(file)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            file
                + ": logit_mse cannot be evaluated on student_logits [1, 2], teacher_logits [1, 3]: ")
        .doesNotContain("bug");
  }

  @Test
  void labelsAreClassNumbers() throws Exception {
    String labels = tensor("labels", "2", "0, 1.7");
    assertThat(check(written(labels, ""))).isEqualTo(2);
    assertThat(err.toString())
        .contains("inputs.labels.data[1] must be a class number, or -1 for unlabelled, was 1.7");
    assertThat(check(written(tensor("labels", "1", "1"), tensor("labels", "1", "0")))).isEqualTo(2);
    assertThat(err.toString()).contains("no loss has a gradient by them");
  }
}
