package org.kd4j.core.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.kd4j.core.base.UsageException;

/**
 * Learns a vocabulary of word pieces from texts: it begins with their characters and joins, again
 * and again, the two pieces that follow each other most often within words (R. Sennrich, B. Haddow,
 * A. Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016), until it has
 * the size wanted or no pair occurs twice. Of pairs equally frequent the first by name is joined,
 * so equal texts give equal vocabularies.
 */
final class PieceLearner {
  private static final Pattern MARKS = Pattern.compile("\\p{Mn}");
  private static final Pattern SIGNS = Pattern.compile("[\\p{Punct}\\p{IsPunctuation}]");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final List<List<String>> words = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private final Map<Pair, Integer> frequency = new HashMap<>();
  private final Map<Pair, Set<Integer>> places = new HashMap<>();
  private final Set<String> pieces = new TreeSet<>();

  private record Pair(String left, String right) {
    String joined() {
      return left + right.substring(Vocabulary.CONTINUES.length());
    }
  }

  private record Candidate(Pair pair, int count) {}

  private PieceLearner() {}

  /**
   * Learns from texts.
   *
   * @param texts what to learn from; lower case, without accents, is what is learnt
   * @param size most tokens, the special ones among them
   */
  static Vocabulary learn(Collection<String> texts, int size) {
    UsageException.require(
        size >= 100 && size <= 200_000, "size must be 100 to 200000 tokens, was %d", size);
    Map<String, Integer> found = new TreeMap<>();
    texts.forEach(text -> basicWords(text).forEach(word -> found.merge(word, 1, Integer::sum)));
    PieceLearner learner = new PieceLearner();
    found.forEach(learner::spell);
    List<String> all = new ArrayList<>(learner.pieces);
    all.addAll(learner.join(size - Vocabulary.SPECIAL.size() - all.size()));
    return Vocabulary.ofWords(all);
  }

  /** Words as BERT parts them: at blanks, and around each sign that is no letter or digit. */
  static List<String> basicWords(String text) {
    String plain =
        MARKS
            .matcher(Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD))
            .replaceAll("");
    List<String> words = new ArrayList<>();
    for (String word : BLANKS.split(SIGNS.matcher(plain).replaceAll(" $0 "))) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  private void spell(String word, int count) {
    List<String> spelt = new ArrayList<>();
    word.codePoints()
        .mapToObj(Character::toString)
        .forEach(c -> spelt.add(spelt.isEmpty() ? c : Vocabulary.CONTINUES + c));
    pieces.addAll(spelt);
    words.add(spelt);
    counts.add(count);
    count(words.size() - 1, 1);
  }

  /** Adds or takes away what a word's pairs weigh. */
  private void count(int word, int sign) {
    List<String> spelt = words.get(word);
    for (int i = 0; i + 1 < spelt.size(); i++) {
      Pair pair = new Pair(spelt.get(i), spelt.get(i + 1));
      frequency.merge(pair, sign * counts.get(word), Integer::sum);
      places.computeIfAbsent(pair, absent -> new HashSet<>()).add(word);
    }
  }

  private List<String> join(int most) {
    PriorityQueue<Candidate> queue =
        new PriorityQueue<>(
            Comparator.comparingInt((Candidate c) -> -c.count)
                .thenComparing(c -> c.pair.left)
                .thenComparing(c -> c.pair.right));
    frequency.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    Set<String> learnt = new LinkedHashSet<>();
    while (learnt.size() < most && !queue.isEmpty()) {
      Candidate best = queue.poll();
      int now = frequency.getOrDefault(best.pair, 0);
      if (now < 2) {
        continue;
      }
      if (now != best.count) {
        queue.add(new Candidate(best.pair, now)); // others were joined since it was queued
        continue;
      }
      String joined = best.pair.joined();
      if (!pieces.contains(joined)) {
        learnt.add(joined);
      }
      Set<Pair> touched = new HashSet<>();
      for (int word : List.copyOf(places.get(best.pair))) {
        count(word, -1);
        words.set(word, joined(words.get(word), best.pair));
        count(word, 1);
        List<String> spelt = words.get(word);
        for (int i = 0; i + 1 < spelt.size(); i++) {
          if (spelt.get(i).equals(joined) || spelt.get(i + 1).equals(joined)) {
            touched.add(new Pair(spelt.get(i), spelt.get(i + 1)));
          }
        }
      }
      touched.forEach(pair -> queue.add(new Candidate(pair, frequency.get(pair))));
    }
    return List.copyOf(learnt);
  }

  private static List<String> joined(List<String> spelt, Pair pair) {
    List<String> shorter = new ArrayList<>();
    for (int i = 0; i < spelt.size(); i++) {
      boolean here =
          i + 1 < spelt.size()
              && spelt.get(i).equals(pair.left)
              && spelt.get(i + 1).equals(pair.right);
      shorter.add(here ? pair.joined() : spelt.get(i));
      i += here ? 1 : 0;
    }
    return shorter;
  }
}
