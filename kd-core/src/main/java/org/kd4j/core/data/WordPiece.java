package org.kd4j.core.data;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kd4j.core.base.UsageException;

/**
 * Cuts texts into WordPiece tokens (M. Schuster, K. Nakajima, "Japanese and Korean Voice Search",
 * ICASSP 2012; as BERT does it: words parted at blanks and punctuation, each spelt by the longest
 * pieces there are, from its front). The cutting is done by the Hugging Face library that DJL
 * brings; texts are cut once, when a set is read.
 *
 * <p>A special token that a text holds word for word, {@code [SEP]} say, is what it is in no text:
 * unknown. Hugging Face's tokenizers take it for the real one, so that a text could end itself, or
 * be padding to its end.
 */
final class WordPiece implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int AT_A_TIME = 1000;

  private final Vocabulary vocabulary;
  private final Set<Integer> special;
  private final HuggingFaceTokenizer tokenizer;

  private WordPiece(Vocabulary vocabulary, String json) {
    this.vocabulary = vocabulary;
    this.special = Vocabulary.SPECIAL.stream().map(vocabulary::id).collect(Collectors.toSet());
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Map<String, String> options =
        Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
    try {
      this.tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options);
    } catch (IOException e) {
      throw new UsageException("the tokenizer cannot be read: " + DataFiles.reason(e), e);
    }
  }

  /**
   * By a vocabulary: by the rules it came with, else in lower case without accents, unless it has
   * upper-case letters.
   */
  static WordPiece of(Vocabulary vocabulary) {
    Optional<String> rules = vocabulary.rules();
    return rules.isPresent()
        ? new WordPiece(vocabulary, rules.get())
        : new WordPiece(vocabulary, customary(vocabulary));
  }

  private static String customary(Vocabulary vocabulary) {
    boolean cased =
        vocabulary.tokens().stream()
            .filter(token -> !Vocabulary.SPECIAL.contains(token))
            .filter(token -> !token.matches("\\[unused\\d+\\]"))
            .anyMatch(token -> token.chars().anyMatch(Character::isUpperCase));
    ObjectNode json = JSON.createObjectNode().put("version", "1.0");
    ArrayNode added = json.putArray("added_tokens");
    for (String token : Vocabulary.SPECIAL) {
      ObjectNode one = added.addObject().put("id", vocabulary.id(token)).put("content", token);
      List.of("single_word", "lstrip", "rstrip", "normalized").forEach(k -> one.put(k, false));
      one.put("special", true);
    }
    json.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .put("strip_accents", !cased)
        .put("lowercase", !cased);
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    ObjectNode model = json.putObject("model").put("type", "WordPiece");
    model.put("unk_token", Vocabulary.UNKNOWN);
    model.put("continuing_subword_prefix", Vocabulary.CONTINUES);
    model.put("max_input_chars_per_word", 100);
    ObjectNode ids = model.putObject("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      ids.put(vocabulary.tokens().get(id), id);
    }
    return json.toString();
  }

  /**
   * By a file: a {@code tokenizer.json} with all its rules, or a {@code vocab.txt}, a token a line,
   * whose number is its line's, from 0.
   */
  static WordPiece read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw DataFiles.unreadable(file, e);
    }
    try {
      return DataFiles.lowerName(file).endsWith(".json")
          ? of(vocabulary(JSON.readTree(text)).cutBy(text))
          : of(new Vocabulary(text.lines().toList()));
    } catch (JsonProcessingException e) {
      throw new UsageException(file + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (UsageException e) {
      throw new UsageException(file + ": " + e.getMessage(), e);
    }
  }

  private static Vocabulary vocabulary(JsonNode json) {
    String type = json.at("/model/type").asText("");
    UsageException.require(
        type.equals("WordPiece"),
        "a tokenizer.json with a WordPiece model is read, this one has '%s'",
        type);
    Map<Integer, String> tokens = new TreeMap<>();
    json.at("/model/vocab").properties().forEach(e -> tokens.put(e.getValue().asInt(), e.getKey()));
    json.path("added_tokens")
        .forEach(token -> tokens.put(token.path("id").asInt(), token.path("content").asText()));
    int next = 0;
    for (int id : tokens.keySet()) {
      UsageException.require(
          id == next, "its tokens are numbered from 0 without gaps; %d is missing", next);
      next++;
    }
    return new Vocabulary(List.copyOf(tokens.values()));
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Token numbers of texts, without special tokens but the unknown one. */
  List<int[]> tokens(List<String> texts) {
    List<int[]> all = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += AT_A_TIME) {
      List<String> some = texts.subList(from, Math.min(texts.size(), from + AT_A_TIME));
      for (Encoding encoding : tokenizer.batchEncode(some, false, false)) {
        all.add(Arrays.stream(encoding.getIds()).mapToInt(this::token).toArray());
      }
    }
    return all;
  }

  /** What the library found, unless it is a special token that was written in the text. */
  private int token(long found) {
    int id = Math.toIntExact(found);
    return special.contains(id) ? vocabulary.id(Vocabulary.UNKNOWN) : id;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
