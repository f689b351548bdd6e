package org.kd4j.core.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.kd4j.core.base.UsageException;

/**
 * What {@code config.json} beside published BERT weights says, as far as it tells networks apart.
 *
 * @param vocabulary number of tokens
 * @param width of a hidden state
 * @param layers of the encoder
 * @param heads of each
 * @param ffn units of a feed-forward network
 * @param positions most tokens of a text
 * @param dropout of hidden states and of attention
 */
record BertConfig(
    int vocabulary, int width, int layers, int heads, int ffn, int positions, float dropout) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a file.
   *
   * @param where it is, for messages
   * @param bytes of the file
   */
  static BertConfig read(String where, byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new UsageException(where + " is no JSON: " + e.getOriginalMessage(), e);
    }
    List<String> wrong = new ArrayList<>();
    // what the published code takes where the file is silent
    same(wrong, json, "model_type", "bert");
    same(wrong, json, "hidden_act", "gelu");
    same(wrong, json, "position_embedding_type", "absolute");
    if (json.path("type_vocab_size").asInt(2) != 2) {
      wrong.add("type_vocab_size must be 2, was " + json.path("type_vocab_size"));
    }
    if ((float) json.path("layer_norm_eps").asDouble(1e-12) != 1e-12f) {
      wrong.add("layer_norm_eps must be 1e-12, was " + json.path("layer_norm_eps"));
    }
    double dropout = json.path("hidden_dropout_prob").asDouble(0.1);
    double attention = json.path("attention_probs_dropout_prob").asDouble(0.1);
    if (dropout != attention) {
      wrong.add(
          "hidden_dropout_prob and attention_probs_dropout_prob must be the same, were "
              + dropout
              + " and "
              + attention);
    }
    int[] sizes = {
      size(wrong, json, "vocab_size"),
      size(wrong, json, "hidden_size"),
      size(wrong, json, "num_hidden_layers"),
      size(wrong, json, "num_attention_heads"),
      size(wrong, json, "intermediate_size"),
      size(wrong, json, "max_position_embeddings")
    };
    UsageException.require(
        wrong.isEmpty(), "%s is not of a BERT we know: %s", where, String.join("; ", wrong));
    return new BertConfig(
        sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], (float) dropout);
  }

  private static void same(List<String> wrong, JsonNode json, String key, String wanted) {
    if (!json.path(key).asText(wanted).equals(wanted)) {
      wrong.add(key + " must be " + wanted + ", was " + json.path(key).asText());
    }
  }

  private static int size(List<String> wrong, JsonNode json, String key) {
    int size = json.path(key).asInt(0);
    if (size < 1) {
      wrong.add(key + " must be 1 or more, was " + (json.has(key) ? json.get(key) : "not there"));
    }
    return size;
  }

  /** The file as the field's tools read it. */
  byte[] written(int classes) {
    ObjectNode json = JSON.createObjectNode();
    json.putArray("architectures").add("BertForSequenceClassification");
    json.put("model_type", "bert");
    json.put("vocab_size", vocabulary);
    json.put("hidden_size", width);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("intermediate_size", ffn);
    json.put("max_position_embeddings", positions);
    json.put("type_vocab_size", 2);
    json.put("hidden_act", "gelu");
    json.put("layer_norm_eps", 1e-12);
    json.put("position_embedding_type", "absolute");
    json.put("hidden_dropout_prob", Double.parseDouble(Float.toString(dropout)));
    json.put("attention_probs_dropout_prob", Double.parseDouble(Float.toString(dropout)));
    json.put("pad_token_id", 0);
    ObjectNode names = json.putObject("id2label");
    ObjectNode numbers = json.putObject("label2id");
    for (int label = 0; label < classes; label++) {
      names.put("" + label, "LABEL_" + label);
      numbers.put("LABEL_" + label, label);
    }
    try {
      return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and numbers are JSON", e);
    }
  }

  /** The network it describes. */
  Transformer encoder() {
    return new Transformer(layers, width, heads, ffn, dropout, positions);
  }
}
