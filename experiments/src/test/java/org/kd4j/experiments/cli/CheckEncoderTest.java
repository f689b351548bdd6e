package org.kd4j.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.wiring.Distillation;

class CheckEncoderTest {
  private static final Path REFERENCE = Path.of("../kd-core/src/test/resources/reference-bert");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int check(Path directory) {
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
    return Kd.execute(application, "check-encoder", directory.toString());
  }

  /** The reference with other expectations. */
  private int checkWith(Consumer<SortedMap<String, SafeTensors.Tensor>> change) throws Exception {
    for (String file : List.of("config.json", "model.safetensors")) {
      if (Files.notExists(folder.resolve(file))) {
        Files.copy(REFERENCE.resolve(file), folder.resolve(file));
      }
    }
    SortedMap<String, SafeTensors.Tensor> expected =
        new TreeMap<>(
            SafeTensors.decode(
                    ByteBuffer.wrap(Files.readAllBytes(REFERENCE.resolve("expected.safetensors"))))
                .tensors());
    change.accept(expected);
    Files.write(
        folder.resolve("expected.safetensors"),
        new SafeTensors(expected, new TreeMap<>()).encode().array());
    return check(folder);
  }

  @Test
  void theReferenceAgreesInEveryTensor() {
    assertThat(check(REFERENCE)).as(err.toString()).isEqualTo(0);
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.get(0)).isEqualTo("tensor                     largest difference");
    assertThat(lines).hasSize(1 + 4 + 4 + 5 + 2);
    assertThat(lines.stream().skip(1))
        .allMatch(line -> line.matches("\\S+ +\\d\\.\\de-0[6-9] +ok|\\S+ +0\\.0e\\+00 +ok"))
        .anyMatch(line -> line.startsWith("attention_probabilities.3 "))
        .anyMatch(line -> line.startsWith("hidden.4 "))
        .anyMatch(line -> line.startsWith("logits "));
  }

  @Test
  void whatIsSlightlyOffIsFound() throws Exception {
    assertThat(checkWith(t -> t.get("hidden.2").values()[7] += 2e-4f)).isEqualTo(1);
    assertThat(out.toString().lines().filter(l -> l.endsWith("DIFFERS")))
        .singleElement()
        .asString()
        .matches("hidden\\.2 +2\\.0e-04 +DIFFERS");
    assertThat(checkWith(t -> t.get("logits").values()[0] = Float.NaN)).isEqualTo(1);
    assertThat(out.toString()).contains("Infinity");
  }

  @Test
  void aDirectoryThatIsNotAsItShouldBeIsRefused() throws Exception {
    Path file = folder.resolve("expected.safetensors");
    refused(check(folder.resolve("none")), "There is no directory " + folder.resolve("none"));
    refused(
        checkWith(t -> t.remove("attention_mask")),
        file + ": attention_mask must have the shape of input_ids, [3, 12], was missing");
    refused(
        checkWith(t -> t.get("input_ids").values()[5] = 120),
        file + ": input_ids must be from 0 to 119, was 120");
    refused(
        checkWith(t -> t.put("hidden.5", t.get("hidden.4"))),
        file + ": No tensor of the encoder 'hidden.5'.");
    refused(
        checkWith(t -> t.put("pooled", t.get("logits"))),
        file + ": pooled must have the shape [3, 48], was [3, 3]");
    refused(
        checkWith(t -> t.keySet().removeIf(n -> !n.contains("_ids") && !n.contains("_mask"))),
        file + " holds nothing to compare");
    Files.write(file, new byte[] {1, 2});
    refused(check(folder), file + ": no safetensors header");
    Files.delete(file);
    refused(check(folder), "There is no " + file + "; it holds the reference values");
    Files.write(folder.resolve("model.safetensors"), new byte[] {1, 2});
    refused(check(folder), folder.resolve("model.safetensors") + ": no safetensors header");
  }

  private void refused(int status, String message) {
    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).startsWith(message);
  }
}
