package org.kd4j.core.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.Fingerprinted;
import org.kd4j.core.base.UsageException;

/**
 * The tokens a text is made of, each with its number: words or pieces of words ({@code ##ing}
 * continues one), and the five special tokens of BERT (J. Devlin, M. Chang, K. Lee, K. Toutanova,
 * "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", NAACL 2019).
 * {@code [PAD]} is token 0.
 */
public final class Vocabulary implements Fingerprinted {
  /** Fills a batch beyond a text's end; always token 0. */
  public static final String PAD = "[PAD]";

  /** Stands for what the vocabulary does not have. */
  public static final String UNKNOWN = "[UNK]";

  /** Begins every text; its hidden state stands for the whole. */
  public static final String FIRST = "[CLS]";

  /** Ends every text, and each of a pair. */
  public static final String END = "[SEP]";

  /** Hides a token that is to be guessed. */
  public static final String MASK = "[MASK]";

  /** What a piece that continues a word begins with. */
  public static final String CONTINUES = "##";

  /** The special tokens, in the order in which vocabularies of ours begin. */
  public static final List<String> SPECIAL = List.of(PAD, UNKNOWN, FIRST, END, MASK);

  private final List<String> tokens;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Fingerprint fingerprint;
  private final Optional<String> rules;

  /**
   * @param tokens by number; all different, the special ones among them
   */
  public Vocabulary(List<String> tokens) {
    this(tokens, Optional.empty());
  }

  private Vocabulary(List<String> tokens, Optional<String> rules) {
    this.rules = rules;
    this.tokens = List.copyOf(tokens);
    for (int id = 0; id < this.tokens.size(); id++) {
      Integer before = ids.put(this.tokens.get(id), id);
      UsageException.require(
          before == null,
          "a vocabulary names each token once; '%s' is token %d and token %d",
          this.tokens.get(id),
          before,
          id);
    }
    List<String> lacking = SPECIAL.stream().filter(s -> !ids.containsKey(s)).toList();
    UsageException.require(
        lacking.isEmpty(),
        "the vocabulary of %d tokens lacks %s; it needs %s",
        this.tokens.size(),
        String.join(", ", lacking),
        String.join(", ", SPECIAL));
    UsageException.require(
        ids.get(PAD) == 0, "%s must be the first token, number 0; it is %d", PAD, ids.get(PAD));
    String all = String.join("\n", this.tokens);
    this.fingerprint = Fingerprint.ofBytes(ByteBuffer.wrap(all.getBytes(StandardCharsets.UTF_8)));
  }

  /** A vocabulary of words: the special tokens, then each word once, in the order given. */
  public static Vocabulary ofWords(List<String> words) {
    Set<String> all = new LinkedHashSet<>(SPECIAL);
    all.addAll(words);
    return new Vocabulary(List.copyOf(all));
  }

  /**
   * The same tokens with the rules by which texts are cut into them. They are no part of what it
   * equals: numbers mean the same whatever cut the texts.
   *
   * @param tokenizer a {@code tokenizer.json}
   */
  Vocabulary cutBy(String tokenizer) {
    return new Vocabulary(tokens, Optional.of(tokenizer));
  }

  /** The {@code tokenizer.json} it came with; empty where the customary rules are meant. */
  Optional<String> rules() {
    return rules;
  }

  /** How many tokens. */
  public int size() {
    return tokens.size();
  }

  /** The tokens by number. */
  public List<String> tokens() {
    return tokens;
  }

  /** A token's number; empty where it is not known. */
  public OptionalInt find(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** A token's number; that of {@code [UNK]} where it is not known. */
  public int id(String token) {
    return ids.getOrDefault(token, ids.get(UNKNOWN));
  }

  @Override
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary v && v.tokens.equals(tokens);
  }

  @Override
  public int hashCode() {
    return tokens.hashCode();
  }

  @Override
  public String toString() {
    return "vocabulary of " + size() + " tokens";
  }
}
