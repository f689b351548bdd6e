package org.kd4j.features;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.strategy.Task;

/**
 * Which tap of the student learns from which tap of the teacher: written out, {@code
 * hidden1:hidden1+hidden2:hidden3}, or by a rule over the taps of both in order of depth, logits
 * and taps before rectifiers ({@code stage1.pre}) left out; M are the student's, N the teacher's.
 * Of networks that read text, whose taps hold attention and values beside hidden states, a rule is
 * over the layers {@code hidden.1} to the last, or over {@code pooled} where a method reads
 * vectors.
 *
 * @param rule the rule
 * @param given the pairs of {@link Rule#GIVEN}, else none
 */
public record LayerMap(Rule rule, List<TapPair> given) {
  /** How taps are paired. */
  public enum Rule {
    /** The deepest of each. */
    LAST,
    /**
     * The middle one of each, FitNets' choice (A. Romero et al., ICLR 2015, section 2.2); of an
     * even number the deeper of the two, so that of a stem and three stages it is the second stage.
     */
    MIDDLE,
    /** Of each height and width that both have, the deepest map of each. */
    SAME_SIZE,
    /** The i-th with the teacher's i·N/M-th; M must divide N. */
    UNIFORM,
    /** As uniform, without the last pair, which the logits speak for; M must be 2 or more. */
    SKIP,
    /** All with the teacher's last M, in order. */
    TOP,
    /** All with the teacher's first M, in order. */
    BOTTOM,
    /** As written. */
    GIVEN
  }

  /** Which taps a method can read. */
  public enum Kind {
    /** Any, whatever its axes. */
    ANY,
    /** Any that is as large for every sample: of text the vector {@code pooled}. */
    SIZED,
    /** Pairs of maps, or pairs of vectors where one of the networks has no map. */
    ALIKE,
    /** Feature maps of convolutional networks: channels, height, width. */
    MAPS,
    /** Hidden states of a transformer's layers: {@code hidden.1} to the last. */
    LAYERS
  }

  /** A transformer's other name for {@code pooled}. */
  private static final String PENULTIMATE = "penultimate";

  private static final Pattern LAYER = Pattern.compile("hidden\\.[1-9]\\d*");

  /**
   * Reads a layer map.
   *
   * @param text {@code student:teacher+student:teacher}, or the name of a rule
   */
  public static LayerMap parse(String text) {
    return parse("taps", text);
  }

  /**
   * Reads a layer map.
   *
   * @param option whose value it is, for messages
   * @param text {@code student:teacher+student:teacher}, or the name of a rule
   */
  public static LayerMap parse(String option, String text) {
    List<Rule> rules = Arrays.stream(Rule.values()).filter(r -> r != Rule.GIVEN).toList();
    if (!text.contains(":")) {
      for (Rule rule : rules) {
        if (word(rule).equals(text)) {
          return new LayerMap(rule, List.of());
        }
      }
      throw new UsageException(
          option
              + " must be student:teacher pairs, as in hidden1:hidden1+hidden2:hidden3, or one of "
              + rules.stream().map(LayerMap::word).collect(Collectors.joining(", "))
              + ", was '"
              + text
              + "'");
    }
    List<TapPair> pairs = new ArrayList<>();
    for (String pair : text.split("\\+", -1)) {
      String[] sides = pair.strip().split(":", -1);
      UsageException.require(
          sides.length == 2 && !sides[0].isBlank() && !sides[1].isBlank(),
          "%s: pairs are written student:teacher and joined by +, was '%s'",
          option,
          text);
      pairs.add(new TapPair(sides[0].strip(), sides[1].strip()));
    }
    UsageException.require(
        pairs.stream().distinct().count() == pairs.size(),
        "%s names a pair twice, was '%s'",
        option,
        text);
    return new LayerMap(Rule.GIVEN, pairs);
  }

  private static String word(Rule rule) {
    return rule.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The pairs for a task's networks.
   *
   * @param task whose
   * @param kind what the method can read
   * @return at least one
   */
  public List<TapPair> pairs(Task task, Kind kind) {
    Map<String, Shape> student = taps(task.student().taps());
    Map<String, Shape> teacher = taps(task.teacher().taps());
    boolean text = task.student().readsText();
    UsageException.require(
        kind != Kind.MAPS || !text,
        "needs feature maps (channels, height, width) of convolutional networks, and the student"
            + " (%s) reads text; for text take tinybert, minilm, pkd or distilbert",
        task.student());
    if (rule == Rule.GIVEN) {
      List<TapPair> own = given.stream().map(pair -> own(pair, task)).distinct().toList();
      own.forEach(pair -> check(pair, student, teacher, kind, text));
      return own;
    }
    student.keySet().removeIf(TappedBlock::isBeforeRectifier);
    teacher.keySet().removeIf(TappedBlock::isBeforeRectifier);
    if (!text && (kind == Kind.ANY || kind == Kind.SIZED)) {
      return byRule(
          any("student", task.student(), student), any("teacher", task.teacher(), teacher));
    }
    if (kind == Kind.LAYERS || kind == Kind.ANY) {
      UsageException.require(
          rule != Rule.SAME_SIZE,
          "needs layers, and taps=same-size pairs feature maps; choose uniform, top or bottom");
      return byRule(
          layers("student", task.student(), student), layers("teacher", task.teacher(), teacher));
    }
    boolean maps = !text && hasMaps(student) && hasMaps(teacher);
    int axes = kind == Kind.MAPS || maps ? 3 : 1;
    if (text) {
      student.remove(PENULTIMATE);
      teacher.remove(PENULTIMATE);
    }
    return byRule(
        of(axes, "student", task.student(), student), of(axes, "teacher", task.teacher(), teacher));
  }

  /**
   * The pairs of maps for a task's networks in order of depth, as methods need them in which a pair
   * counts by its place: pairs written out in another order are put in the student's.
   *
   * @param task whose
   * @return at least one; the teacher's taps never go back up
   */
  public List<TapPair> deepening(Task task) {
    List<String> student = List.copyOf(task.student().taps().keySet());
    List<String> teacher = List.copyOf(task.teacher().taps().keySet());
    List<TapPair> pairs = new ArrayList<>(pairs(task, Kind.MAPS));
    pairs.sort(
        Comparator.<TapPair>comparingInt(p -> depth(p.student(), student))
            .thenComparingInt(p -> depth(p.teacher(), teacher)));
    for (int i = 1; i < pairs.size(); i++) {
      TapPair above = pairs.get(i - 1);
      TapPair below = pairs.get(i);
      UsageException.require(
          depth(above.teacher(), teacher) <= depth(below.teacher(), teacher),
          "needs pairs that go deeper on both sides, and from %s to %s the teacher's go back up;"
              + " pair deeper taps of the student's with deeper taps of the teacher's",
          above,
          below);
    }
    return List.copyOf(pairs);
  }

  /** How many stages come before a tap's. */
  private static int depth(String tap, List<String> taps) {
    return taps.indexOf(TappedBlock.stageOf(tap));
  }

  /**
   * The tap before a stage's rectifier where there is one, else the tap.
   *
   * @param tap one of a network's
   * @param taps all of them
   */
  static String beforeRectifier(String tap, Map<String, Shape> taps) {
    String before = TappedBlock.beforeRectifier(tap);
    return taps.containsKey(before) ? before : tap;
  }

  /** The pair by its taps' own names. */
  private static TapPair own(TapPair pair, Task task) {
    return new TapPair(
        task.student().ownTap(pair.student()), task.teacher().ownTap(pair.teacher()));
  }

  private static Map<String, Shape> taps(Map<String, Shape> all) {
    Map<String, Shape> inner = new LinkedHashMap<>(all);
    inner.remove(TappedBlock.LOGITS);
    return inner;
  }

  private static boolean hasMaps(Map<String, Shape> taps) {
    return taps.values().stream().anyMatch(s -> s.dimension() == 3);
  }

  private static Map<String, Shape> of(
      int axes, String who, Object network, Map<String, Shape> taps) {
    String what = axes == 3 ? "feature maps (channels, height, width)" : "features in one axis";
    return some(what, who, network, taps, tap -> tap.getValue().dimension() == axes);
  }

  private static Map<String, Shape> any(String who, Object network, Map<String, Shape> taps) {
    return some("features before the logits", who, network, taps, tap -> true);
  }

  private static Map<String, Shape> layers(String who, Object network, Map<String, Shape> taps) {
    return some(
        "a transformer's layers (hidden.1, …)",
        who,
        network,
        taps,
        tap -> LAYER.matcher(tap.getKey()).matches());
  }

  private static Map<String, Shape> some(
      String what,
      String who,
      Object network,
      Map<String, Shape> taps,
      Predicate<Map.Entry<String, Shape>> which) {
    Map<String, Shape> some = new LinkedHashMap<>(taps);
    some.entrySet().removeIf(which.negate());
    UsageException.require(
        !some.isEmpty(),
        "needs %s, and the %s (%s) has none: its taps are %s",
        what,
        who,
        network,
        taps);
    return some;
  }

  private static void check(
      TapPair pair,
      Map<String, Shape> student,
      Map<String, Shape> teacher,
      Kind kind,
      boolean text) {
    if (!student.containsKey(pair.student())) {
      throw Names.unknown("tap of the student", pair.student(), student.keySet());
    }
    if (!teacher.containsKey(pair.teacher())) {
      throw Names.unknown("tap of the teacher", pair.teacher(), teacher.keySet());
    }
    Shape s = student.get(pair.student());
    Shape t = teacher.get(pair.teacher());
    UsageException.require(
        kind != Kind.MAPS || (s.dimension() == 3 && t.dimension() == 3),
        "needs feature maps (channels, height, width), and of the pair %s the student's is %s"
            + " and the teacher's %s",
        pair,
        s,
        t);
    UsageException.require(
        kind != Kind.LAYERS
            || (LAYER.matcher(pair.student()).matches() && LAYER.matcher(pair.teacher()).matches()),
        "needs pairs of layers, as in hidden.1:hidden.2, was %s",
        pair);
    boolean vectors = s.dimension() == 1 && t.dimension() == 1;
    boolean maps = !text && s.dimension() == 3 && t.dimension() == 3;
    UsageException.require(
        kind != Kind.ALIKE || vectors || maps,
        "needs maps (channels, height, width) on both sides or vectors on both, and of the pair %s"
            + " the student's is %s and the teacher's %s%s",
        pair,
        s,
        t,
        text ? "; of text take taps=pooled:pooled" : "");
    UsageException.require(
        kind != Kind.SIZED || !text || vectors,
        "needs features as large for every text, and of the pair %s the student's is %s and the"
            + " teacher's %s, as long as the longest text of a batch; take taps=pooled:pooled",
        pair,
        s,
        t);
  }

  private List<TapPair> byRule(Map<String, Shape> student, Map<String, Shape> teacher) {
    List<String> s = List.copyOf(student.keySet());
    List<String> t = List.copyOf(teacher.keySet());
    int m = s.size();
    int n = t.size();
    return switch (rule) {
      case LAST -> List.of(new TapPair(s.get(m - 1), t.get(n - 1)));
      case MIDDLE -> List.of(new TapPair(s.get(m / 2), t.get(n / 2)));
      case SAME_SIZE -> sameSize(student, teacher);
      case UNIFORM -> every(s, t, m);
      case SKIP -> {
        UsageException.require(
            m >= 2,
            "needs two taps of the student's for taps=skip, which leaves the last out, and has %s",
            s);
        yield every(s, t, m - 1);
      }
      case TOP, BOTTOM -> {
        UsageException.require(
            m <= n,
            "needs no fewer taps of the teacher's than of the student's for taps=%s, and they are %s"
                + " for %s; write the pairs out",
            word(rule),
            t,
            s);
        yield inOrder(s, t.subList(rule == Rule.TOP ? n - m : 0, n), m);
      }
      case GIVEN -> given;
    };
  }

  private List<TapPair> every(List<String> s, List<String> t, int count) {
    UsageException.require(
        t.size() % s.size() == 0,
        "needs the student's taps to divide the teacher's for taps=%s, and they are %d and %d: %s"
            + " and %s; write the pairs out, or choose top or bottom",
        word(rule),
        s.size(),
        t.size(),
        s,
        t);
    int step = t.size() / s.size();
    List<TapPair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(new TapPair(s.get(i), t.get((i + 1) * step - 1)));
    }
    return pairs;
  }

  private static List<TapPair> inOrder(List<String> s, List<String> t, int count) {
    List<TapPair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(new TapPair(s.get(i), t.get(i)));
    }
    return pairs;
  }

  private static List<TapPair> sameSize(Map<String, Shape> student, Map<String, Shape> teacher) {
    Map<Shape, String> deepest = new LinkedHashMap<>();
    teacher.forEach((tap, shape) -> deepest.put(size(shape), tap));
    Map<Shape, TapPair> pairs = new LinkedHashMap<>();
    student.forEach(
        (tap, shape) -> {
          String other = deepest.get(size(shape));
          if (other != null) {
            pairs.put(size(shape), new TapPair(tap, other));
          }
        });
    UsageException.require(
        !pairs.isEmpty(),
        "needs a height and width that both have for taps=same-size; the student's taps are %s,"
            + " the teacher's %s; choose last, or write the pairs out",
        student,
        teacher);
    return List.copyOf(pairs.values());
  }

  /** Height and width; of a vector nothing, so that all vectors are of one size. */
  private static Shape size(Shape shape) {
    return shape.slice(1);
  }

  @Override
  public String toString() {
    return rule == Rule.GIVEN
        ? given.stream().map(p -> p.student() + ":" + p.teacher()).collect(Collectors.joining("+"))
        : word(rule);
  }
}
