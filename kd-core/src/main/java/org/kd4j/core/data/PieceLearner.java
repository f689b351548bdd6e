package org.kd4j.core.data;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.StringTokenizer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.kd4j.core.base.UsageException;

/**
 * Learns a vocabulary of word pieces from texts: it begins with their characters and joins, again
 * and again, the two pieces that follow each other most often within words (R. Sennrich, B. Haddow,
 * A. Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016), until it has
 * the size wanted or no pair occurs twice; where that has no room for all characters, the rarest
 * are left out. Of pairs equally frequent the first by name is joined, so equal texts give equal
 * vocabularies.
 */
final class PieceLearner {
  private static final Pattern MARKS = Pattern.compile("\\p{Mn}");

  /** What stands alone: punctuation, and the characters of Chinese, which has no blanks. */
  private static final Pattern SIGNS =
      Pattern.compile(
          "[\\p{Punct}\\p{IsPunctuation}\\x{4E00}-\\x{9FFF}\\x{3400}-\\x{4DBF}\\x{20000}-\\x{2A6DF}"
              + "\\x{2A700}-\\x{2B73F}\\x{2B740}-\\x{2B81F}\\x{2B820}-\\x{2CEAF}\\x{F900}-\\x{FAFF}"
              + "\\x{2F800}-\\x{2FA1F}]");

  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final List<int[]> words = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private final Map<Long, Tally> tallies = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> frequencies = new HashMap<>();

  /** How often a pair of pieces occurs, and the words it was seen in. */
  private static final class Tally {
    private int frequency;
    private final Set<Integer> words = new HashSet<>();
  }

  private record Candidate(int left, int right, int count) {}

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
    between(texts)
        .forEach(
            (part, count) ->
                basicWords(part).forEach(word -> found.merge(word, count, Integer::sum)));
    PieceLearner learner = new PieceLearner();
    found.forEach(learner::spell);
    int room = size - Vocabulary.SPECIAL.size();
    List<String> all = new ArrayList<>(learner.characters(room));
    all.addAll(learner.join(room - all.size()));
    return Vocabulary.ofWords(all);
  }

  /** The characters by name, or the most frequent of them where there is no room for all. */
  private SortedSet<String> characters(int room) {
    return names.stream()
        .sorted(
            Comparator.comparingInt((String name) -> -frequencies.getOrDefault(name, 0))
                .thenComparing(name -> name))
        .limit(room)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What stands between blanks, and how often: no rule for words looks beyond them. */
  private static Map<String, Integer> between(Collection<String> texts) {
    Map<String, Integer> parts = new HashMap<>();
    for (String text : texts) {
      StringTokenizer rest = new StringTokenizer(text, " \t\n\u000B\f\r");
      while (rest.hasMoreTokens()) {
        parts.merge(rest.nextToken(), 1, Integer::sum);
      }
    }
    return parts;
  }

  /** Words as BERT parts them: at blanks, and around each sign and each Chinese character. */
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
    int[] points = word.codePoints().toArray();
    int[] spelt = new int[points.length];
    for (int i = 0; i < spelt.length; i++) {
      String piece = (i == 0 ? "" : Vocabulary.CONTINUES) + Character.toString(points[i]);
      spelt[i] = number(piece);
      frequencies.merge(piece, count, Integer::sum);
    }
    words.add(spelt);
    counts.add(count);
    count(words.size() - 1, 1);
  }

  private int number(String piece) {
    return numbers.computeIfAbsent(
        piece,
        absent -> {
          names.add(piece);
          return names.size() - 1;
        });
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  /** Adds or takes away what a word's pairs weigh. */
  private void count(int word, int sign) {
    int[] spelt = words.get(word);
    for (int i = 0; i + 1 < spelt.length; i++) {
      Tally tally = tallies.computeIfAbsent(key(spelt[i], spelt[i + 1]), absent -> new Tally());
      tally.frequency += sign * counts.get(word);
      tally.words.add(word);
    }
  }

  private List<String> join(int most) {
    int characters = names.size();
    PriorityQueue<Candidate> queue =
        new PriorityQueue<>(
            Comparator.comparingInt((Candidate c) -> -c.count)
                .thenComparing(c -> names.get(c.left))
                .thenComparing(c -> names.get(c.right)));
    tallies.forEach((pair, tally) -> queue.add(candidate(pair, tally)));
    while (names.size() - characters < most && !queue.isEmpty()) {
      Candidate best = queue.poll();
      Tally tally = tallies.get(key(best.left, best.right));
      if (tally.frequency < 2) {
        continue;
      }
      if (tally.frequency != best.count) {
        // Others were joined since it was queued.
        queue.add(new Candidate(best.left, best.right, tally.frequency));
        continue;
      }
      String right = names.get(best.right).substring(Vocabulary.CONTINUES.length());
      int joined = number(names.get(best.left) + right);
      Set<Long> touched = new HashSet<>();
      for (int word : List.copyOf(tally.words)) {
        join(word, best, joined, touched);
      }
      touched.forEach(pair -> queue.add(candidate(pair, tallies.get(pair))));
    }
    return List.copyOf(names.subList(characters, names.size()));
  }

  private static Candidate candidate(long pair, Tally tally) {
    return new Candidate((int) (pair >> 32), (int) pair, tally.frequency);
  }

  /** Joins a pair in a word; a word that has lost it since it was seen there stays as it is. */
  private void join(int word, Candidate pair, int joined, Set<Long> touched) {
    int[] spelt = words.get(word);
    int[] shorter = new int[spelt.length];
    int length = 0;
    for (int i = 0; i < spelt.length; i++) {
      boolean here = i + 1 < spelt.length && spelt[i] == pair.left && spelt[i + 1] == pair.right;
      shorter[length++] = here ? joined : spelt[i];
      i += here ? 1 : 0;
    }
    if (length == spelt.length) {
      return;
    }
    count(word, -1);
    words.set(word, Arrays.copyOf(shorter, length));
    count(word, 1);
    for (int i = 0; i + 1 < length; i++) {
      if (shorter[i] == joined || shorter[i + 1] == joined) {
        touched.add(key(shorter[i], shorter[i + 1]));
      }
    }
  }
}
