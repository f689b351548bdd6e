package org.kd4j.core.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What published BERT weights call the parameters of a {@link Transformer}: {@code
 * encoder.layer.0.attention.self.query.weight} is {@code attention.0/01query/weight}. Without
 * {@code bert.}, under which files with a head keep all but the head.
 */
final class BertNames {
  /** What all but the classifier stands under in a file with a head. */
  static final String PREFIX = "bert.";

  /** The layer on top: absent where only the encoder was published. */
  static final String CLASSIFIER = "classifier.";

  static final String TOKENS = "hidden.0/tokens";
  static final String POSITIONS = "hidden.0/positions";
  static final String LOGITS = "logits/02Linear/weight";

  private BertNames() {}

  /**
   * A parameter as published.
   *
   * @param name without the prefix
   * @param shape its axes
   */
  record Published(String name, long... shape) {}

  /**
   * Every parameter of a network.
   *
   * @param of the network
   * @param vocabulary number of tokens
   * @param positions most tokens of a text
   * @param classes of the classifier
   * @return by path
   */
  static SortedMap<String, Published> of(
      Transformer of, long vocabulary, long positions, int classes) {
    int width = of.width();
    Table table = new Table();
    table.put(TOKENS, "embeddings.word_embeddings.weight", vocabulary, width);
    table.put(POSITIONS, "embeddings.position_embeddings.weight", positions, width);
    table.put("hidden.0/segments", "embeddings.token_type_embeddings.weight", 2, width);
    table.norm("hidden.0/01norm", "embeddings.LayerNorm", width);
    for (int i = 0; i < of.layers(); i++) {
      String layer = "encoder.layer." + i + ".";
      String hidden = "hidden." + (i + 1) + "/";
      table.layer("attention." + i + "/01query", layer + "attention.self.query", width, width);
      table.layer("attention." + i + "/02key", layer + "attention.self.key", width, width);
      table.layer("value." + i + "/01value", layer + "attention.self.value", width, width);
      table.layer(hidden + "01output", layer + "attention.output.dense", width, width);
      table.norm(hidden + "02attended", layer + "attention.output.LayerNorm", width);
      table.layer(hidden + "03inner", layer + "intermediate.dense", of.ffn(), width);
      table.layer(hidden + "04outer", layer + "output.dense", width, of.ffn());
      table.norm(hidden + "05norm", layer + "output.LayerNorm", width);
    }
    table.layer("pooled/01dense", "pooler.dense", width, width);
    table.layer("logits/02Linear", "classifier", classes, width);
    return table.names;
  }

  private static final class Table {
    final SortedMap<String, Published> names = new TreeMap<>();

    void put(String path, String name, long... shape) {
      names.put(path, new Published(name, shape));
    }

    void layer(String path, String name, long outputs, long inputs) {
      put(path + "/weight", name + ".weight", outputs, inputs);
      put(path + "/bias", name + ".bias", outputs);
    }

    void norm(String path, String name, long width) {
      put(path + "/gamma", name + ".weight", width);
      put(path + "/beta", name + ".bias", width);
    }
  }

  /** The name without the prefix, and scales and shifts as they are called today. */
  static String today(String name) {
    String own = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    Map<String, String> former = new LinkedHashMap<>();
    former.put("LayerNorm.gamma", "LayerNorm.weight");
    former.put("LayerNorm.beta", "LayerNorm.bias");
    for (Map.Entry<String, String> renamed : former.entrySet()) {
      if (own.endsWith(renamed.getKey())) {
        return own.substring(0, own.length() - renamed.getKey().length()) + renamed.getValue();
      }
    }
    return own;
  }

  /**
   * Whether a tensor is no part of the encoder and known to lie beside it: heads of pre-training,
   * TinyBERT's projections, a constant older versions saved.
   */
  static boolean passedOver(String name) {
    return name.startsWith("cls.")
        || name.startsWith("fit_dense")
        || name.equals("embeddings.position_ids");
  }
}
