package org.kd4j.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.Canonical;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.wiring.Distillation;

/** Held to a published implementation: {@code expected.safetensors} is what that one computed. */
class BertTests {
  private static final Path REFERENCE = Path.of("src/test/resources/reference-bert");
  private static final Shape TEXT = new Shape(12, 120);

  @TempDir Path folder;

  private NDManager manager;

  @BeforeEach
  void open() {
    Engines.start(EngineSettings.defaults());
    Autograd.off();
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  // What it computes.

  @Test
  void itComputesWhatThePublishedImplementationDoes() throws Exception {
    SortedMap<String, SafeTensors.Tensor> expected = decoded("expected.safetensors").tensors();
    Network network = live("bert:" + REFERENCE, 3);
    NDArray text = text(expected);
    Outputs outputs = network.forward(Pass.evaluation(), text);
    int compared = 0;
    for (Map.Entry<String, SafeTensors.Tensor> entry : expected.entrySet()) {
      String name = entry.getKey();
      NDArray ours =
          name.startsWith("attention_probabilities.")
              ? Transformer.shares(
                  outputs.tap("attention." + name.substring(name.indexOf('.') + 1)), text)
              : name.startsWith("attention_scores.")
                  ? outputs.tap(name.replace("_scores", ""))
                  : outputs.taps().contains(name) ? outputs.tap(name) : null;
      if (ours != null) {
        compared++;
        assertThat(ours.getShape().getShape()).as(name).isEqualTo(entry.getValue().shape());
        assertThat(largest(ours.toFloatArray(), entry.getValue().values()))
            .as(name)
            .isLessThan(1e-5f);
      }
    }
    assertThat(compared).isEqualTo(5 + 4 + 4 + 2); // hidden states, scores, shares, pooled, logits
  }

  private static float largest(float[] ours, float[] theirs) {
    float largest = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs(ours[i] - theirs[i]));
    }
    return largest;
  }

  private NDArray text(SortedMap<String, SafeTensors.Tensor> given) {
    long[] all = new long[3 * 3 * 12];
    String[] planes = {"input_ids", "attention_mask", "token_type_ids"};
    for (int plane = 0; plane < 3; plane++) {
      float[] values = given.get(planes[plane]).values();
      for (int i = 0; i < values.length; i++) {
        all[(i / 12 * 3 + plane) * 12 + i % 12] = (long) values[i];
      }
    }
    return manager.create(all, new Shape(3, 3, 12));
  }

  // Where it begins.

  @Test
  void itBeginsWithThePublishedWeightsWhateverTheSeed() throws Exception {
    SortedMap<String, float[]> published = decoded("model.safetensors").values();
    SortedMap<String, float[]> first = live("bert:" + REFERENCE, 3).weights();
    assertThat(first).hasSize(published.size());
    assertThat(first.get("hidden.3/04outer/weight"))
        .containsExactly(published.get("bert.encoder.layer.2.output.dense.weight"));
    assertThat(first.get("attention.1/02key/bias"))
        .containsExactly(published.get("bert.encoder.layer.1.attention.self.key.bias"));
    assertThat(first.get("logits/02Linear/weight"))
        .containsExactly(published.get("classifier.weight"));
    assertThat(live("transformer:4x48,heads=4,ffn=96,positions=32", 3).weights().keySet())
        .isEqualTo(first.keySet());
  }

  @Test
  void aClassifierOfOtherClassesIsDrawn() {
    Architecture bert = Distillation.of().network("bert:" + REFERENCE);
    assertThat(bert.beginsTrained(3)).isTrue();
    assertThat(bert.beginsTrained(5)).isFalse();
    SortedMap<String, float[]> three = live("bert:" + REFERENCE, 3).weights();
    SortedMap<String, float[]> five = live("bert:" + REFERENCE, 5).weights();
    assertThat(five.get("logits/02Linear/bias")).hasSize(5).containsOnly(0);
    assertThat(five.get("logits/02Linear/weight")).hasSize(240).doesNotHaveDuplicates();
    three.forEach(
        (path, values) -> {
          if (!path.startsWith("logits/")) {
            assertThat(five.get(path)).as(path).containsExactly(values);
          }
        });
  }

  /** Whoever builds a network of another's stages gets them with their weights. */
  @Test
  void itsStagesTakeTheirWeightsAlong() {
    SortedMap<String, float[]> whole = live("bert:" + REFERENCE, 3).weights();
    live("quantised(bert:" + REFERENCE + ",bits=8)", 3)
        .weights()
        .forEach((path, v) -> assertThat(v).as(path).containsExactly(whole.get(path)));
    Until until = new Until(Distillation.of().network("bert:" + REFERENCE), "pooled");
    Network.fresh(NetworkSpec.of(until, TEXT, 48), manager, 1, "student")
        .weights()
        .forEach((path, v) -> assertThat(v).as(path).containsExactly(whole.get(path)));
  }

  @Test
  void slimmerOnesBeginWithDraws() {
    assertThat(Distillation.of().network("slim(bert:" + REFERENCE + ")"))
        .hasToString("transformer:2x24,heads=4,ffn=48,dropout=0.0,positions=32");
    assertThat(Distillation.of().network("bert:" + REFERENCE + ",dropout=0.3"))
        .hasToString("bert:" + REFERENCE + ",dropout=0.3");
  }

  // How it is read.

  @Test
  void encodersAloneFormerNamesAndShortFloatsAreRead() throws Exception {
    SortedMap<String, SafeTensors.Tensor> tensors = decoded("model.safetensors").tensors();
    SortedMap<String, float[]> rounded = new TreeMap<>();
    TreeMap<String, SafeTensors.Tensor> renamed = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (!name.startsWith("classifier")) {
            String former =
                name.replace("bert.", "")
                    .replace("LayerNorm.weight", "LayerNorm.gamma")
                    .replace("LayerNorm.bias", "LayerNorm.beta");
            renamed.put(former, tensor);
            rounded.put(name, brief(tensor.values()));
          }
        });
    renamed.put("cls.predictions.bias", SafeTensors.Tensor.flat(new float[120]));
    Path published = published(Files.readString(REFERENCE.resolve("config.json")));
    Files.write(published.resolve("model.safetensors"), bfloats(renamed));
    Network network = live("bert:" + published, 3);
    SortedMap<String, float[]> first = network.weights();
    assertThat(first.get("hidden.0/01norm/gamma"))
        .containsExactly(rounded.get("bert.embeddings.LayerNorm.weight"));
    assertThat(first.get("hidden.2/05norm/beta"))
        .containsExactly(rounded.get("bert.encoder.layer.1.output.LayerNorm.bias"));
    assertThat(first.get("hidden.0/tokens"))
        .containsExactly(rounded.get("bert.embeddings.word_embeddings.weight"));
    assertThat(first.get("logits/02Linear/bias")).containsOnly(0);
    assertThat(BertDirectory.read(published).classes()).isEmpty();
    assertThat(BertDirectory.read(REFERENCE).classes()).hasValue(3);
  }

  private static float[] brief(float[] values) {
    float[] brief = new float[values.length];
    for (int i = 0; i < brief.length; i++) {
      brief[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & 0xffff0000);
    }
    return brief;
  }

  /** The layout of {@link SafeTensors#encode} with values of two bytes. */
  private static byte[] bfloats(TreeMap<String, SafeTensors.Tensor> tensors) {
    StringBuilder header = new StringBuilder("{");
    int bytes = 0;
    for (var entry : tensors.entrySet()) {
      int size = 2 * entry.getValue().values().length;
      header
          .append(header.length() > 1 ? "," : "")
          .append(
              "\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(
                      entry.getKey(),
                      java.util.Arrays.toString(entry.getValue().shape()),
                      bytes,
                      bytes + size));
      bytes += size;
    }
    byte[] head = header.append("}").toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + head.length + bytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(head.length)
            .put(head);
    tensors
        .values()
        .forEach(
            t -> {
              for (float v : t.values()) {
                all.putShort((short) (Float.floatToRawIntBits(v) >>> 16));
              }
            });
    return all.array();
  }

  @Test
  void allThatDoesNotFitIsListedAtOnce() throws Exception {
    TreeMap<String, SafeTensors.Tensor> tensors =
        new TreeMap<>(decoded("model.safetensors").tensors());
    tensors.remove("bert.pooler.dense.bias");
    tensors.put("bert.encoder.layer.4.output.dense.bias", SafeTensors.Tensor.flat(new float[48]));
    tensors.put(
        "bert.embeddings.position_embeddings.weight",
        new SafeTensors.Tensor(new long[] {16, 48}, new float[16 * 48]));
    tensors.put("classifier.bias", SafeTensors.Tensor.flat(new float[2]));
    tensors.put("embeddings.LayerNorm.gamma", SafeTensors.Tensor.flat(new float[48]));
    Path published = published(Files.readString(REFERENCE.resolve("config.json")));
    Files.write(
        published.resolve("model.safetensors"),
        new SafeTensors(tensors, new TreeMap<>()).encode().array());
    assertThatThrownBy(() -> BertDirectory.read(published))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            published.resolve("model.safetensors")
                + " does not hold the network config.json describes:\n"
                + "  twice: embeddings.LayerNorm.weight\n"
                + "  shape: bert.embeddings.position_embeddings.weight is [16, 48], must be [32, 48]\n"
                + "  shape: classifier.bias is [2], must be [3]\n"
                + "  missing: pooler.dense.bias [48]\n"
                + "  not expected: bert.encoder.layer.4.output.dense.bias");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"hidden_act\": \"gelu\" | \"hidden_act\": \"relu\" | hidden_act must be gelu, was relu",
        "1e-12 | 1e-5 | layer_norm_eps must be 1e-12, was 1.0E-5",
        "\"type_vocab_size\": 2 | \"type_vocab_size\": 1 | type_vocab_size must be 2, was 1",
        "\"hidden_size\": 48, | \"model_type\": \"roberta\", | model_type must be bert, was roberta; hidden_size must be 1 or more, was not there",
        "\"vocab_size\": 120 | \"hidden_dropout_prob\": 0.2, \"vocab_size\": \"many\" | hidden_dropout_prob and attention_probs_dropout_prob must be the same, were 0.2 and 0.1; vocab_size must be 1 or more, was \"many\""
      })
  void aConfigOfAnotherNetworkIsRefused(String from, String to, String message) throws Exception {
    String config = Files.readString(REFERENCE.resolve("config.json"));
    assertThat(config).contains(from);
    Path published = published(config.replace(from, to));
    assertThatThrownBy(() -> BertDirectory.read(published))
        .isInstanceOf(UsageException.class)
        .hasMessage(published.resolve("config.json") + " is not of a BERT we know: " + message);
  }

  @Test
  void whatIsNoDirectoryOfWeightsIsRefused() throws Exception {
    refused(
        "bert",
        "bert takes a directory of published weights, as in bert:bert-base-uncased; was 'bert'");
    refused("bert:" + folder.resolve("none"), "There is no directory " + folder.resolve("none"));
    refused(
        "bert:" + folder,
        folder
            + " has no config.json; published weights are a directory with config.json and"
            + " model.safetensors");
    Path published = published("{\"vocab_size\":");
    assertThatThrownBy(() -> BertDirectory.read(published))
        .hasMessageStartingWith(published.resolve("config.json") + " is no JSON: ");
    Files.writeString(
        published.resolve("config.json"), Files.readString(REFERENCE.resolve("config.json")));
    Files.write(published.resolve("model.safetensors"), new byte[] {1, 2, 3});
    refused(
        "bert:" + published, published.resolve("model.safetensors") + ": no safetensors header");
  }

  private static void refused(String network, String message) {
    assertThatThrownBy(() -> Distillation.of().network(network))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void textsOfAnotherVocabularyOrTooLongAreRefused() {
    Architecture bert = Distillation.of().network("bert:" + REFERENCE);
    assertThatThrownBy(() -> bert.build(new Shape(12, 119), 3))
        .hasMessage(
            bert
                + " knows 120 tokens, the texts were made of 119; read them with the vocabulary"
                + " that was published with the weights");
    assertThatThrownBy(() -> bert.build(new Shape(33, 120), 3))
        .hasMessageContaining("has 32 positions, samples have up to 33 tokens");
    assertThatThrownBy(() -> bert.build(new Shape(1, 28, 28), 3))
        .hasMessageContaining("reads text, samples are (1, 28, 28)");
  }

  @Test
  void itsFingerprintIsItsContentNotItsPlace() throws Exception {
    Path published = published(Files.readString(REFERENCE.resolve("config.json")));
    Architecture there = Distillation.of().network("bert:" + published);
    Architecture here = Distillation.of().network("bert:" + REFERENCE);
    assertThat(Canonical.of(there).obstacle()).isEmpty();
    assertThat(Canonical.of(there).text()).isEqualTo(Canonical.of(here).text());
    assertThat(there).isEqualTo(here);
    byte[] bytes = Files.readAllBytes(published.resolve("model.safetensors"));
    bytes[bytes.length - 1] ^= 1;
    Files.write(published.resolve("model.safetensors"), bytes);
    Files.setLastModifiedTime(published.resolve("model.safetensors"), FileTime.fromMillis(1));
    assertThat(Canonical.of(Distillation.of().network("bert:" + published)).text())
        .isNotEqualTo(Canonical.of(here).text());
    assertThatThrownBy(() -> Network.fresh(NetworkSpec.of(there, TEXT, 3), manager, 1, "student"))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("was changed meanwhile; begin again");
  }

  // How it is saved.

  @Test
  void whatIsSavedIsReadBackBitForBit() throws Exception {
    NetworkSpec spec =
        NetworkSpec.of(
            Distillation.of().network("transformer:2x12,heads=3,ffn=20,dropout=0.2"),
            new Shape(9, 33),
            4);
    Network network = Network.fresh(spec, manager, 5, "student");
    Path saved = folder.resolve("deep/saved");
    BertDirectory.write(saved, spec, network.weights());
    assertThat(Distillation.of().network("bert:" + saved))
        .hasToString("bert:" + saved)
        .extracting(a -> ((Bert) a).encoder())
        .hasToString("transformer:2x12,heads=3,ffn=20,dropout=0.2,positions=9");
    Network again =
        Network.fresh(
            NetworkSpec.of(Distillation.of().network("bert:" + saved), new Shape(9, 33), 4),
            manager,
            99,
            "teacher");
    network
        .weights()
        .forEach((path, v) -> assertThat(again.weights().get(path)).as(path).containsExactly(v));
    assertThat(Files.readString(saved.resolve("config.json")))
        .contains("\"architectures\" : [ \"BertForSequenceClassification\" ]")
        .contains("\"LABEL_3\" : 3");
    assertThatThrownBy(() -> BertDirectory.write(saved, spec, network.weights()))
        .isInstanceOf(UsageException.class)
        .hasMessage(saved + " holds weights already; name another directory");
    assertThatThrownBy(
            () ->
                BertDirectory.write(
                    folder,
                    NetworkSpec.of(Distillation.of().network("mlp:4"), new Shape(3), 2),
                    Map.of()))
        .hasMessage("only a transformer's weights have names that are usual, was mlp:4");
  }

  @Test
  void publishedWeightsSavedAgainAreTheSameFile() throws Exception {
    NetworkSpec spec = NetworkSpec.of(Distillation.of().network("bert:" + REFERENCE), TEXT, 3);
    Path saved = folder.resolve("again");
    BertDirectory.write(saved, spec, Network.fresh(spec, manager, 1, "x").weights());
    SortedMap<String, SafeTensors.Tensor> before = decoded("model.safetensors").tensors();
    SortedMap<String, SafeTensors.Tensor> after =
        SafeTensors.decode(ByteBuffer.wrap(Files.readAllBytes(saved.resolve("model.safetensors"))))
            .tensors();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach(
        (name, tensor) -> {
          assertThat(tensor.shape()).as(name).isEqualTo(before.get(name).shape());
          assertThat(tensor.values()).as(name).containsExactly(before.get(name).values());
        });
  }

  private static SafeTensors decoded(String file) throws Exception {
    return SafeTensors.decode(ByteBuffer.wrap(Files.readAllBytes(REFERENCE.resolve(file))));
  }

  /** The reference's weights under another config. */
  private Path published(String config) throws Exception {
    Path published = Files.createDirectories(folder.resolve("published"));
    Files.writeString(published.resolve("config.json"), config);
    Files.copy(REFERENCE.resolve("model.safetensors"), published.resolve("model.safetensors"));
    return published;
  }

  private Network live(String network, int classes) {
    return Network.fresh(
        NetworkSpec.of(Distillation.of().network(network), TEXT, classes), manager, 1, "student");
  }
}
