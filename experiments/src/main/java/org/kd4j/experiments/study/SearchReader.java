package org.kd4j.experiments.study;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.wiring.Distillation;

/**
 * Reads what a study searches: rows with options such as {@code {from: 1, to: 20, scale: log}} or
 * {@code {oneOf: [1, 4]}}, and the key {@code search}. In a searched row a plain list is drawn from
 * too.
 */
final class SearchReader {
  static final String KEY = "search";
  private static final List<String> KEYS = List.of("method", "candidates", "eta", "seeds", "seed");
  private static final List<String> RANGE = List.of("from", "to", "scale", "oneOf");

  private final Distillation known;
  private final Written.Keys root;
  private final Problems problems = new Problems();

  SearchReader(Distillation known, Written.Keys root) {
    this.known = known;
    this.root = root;
  }

  /** Whether a study searches, or means to. */
  static boolean searches(Written.Keys root) {
    return root.entries().containsKey(KEY)
        || rows(root).stream().anyMatch(SearchReader::isSearched);
  }

  private static List<Written> rows(Written.Keys root) {
    Written.Entry entry = root.entries().get("strategies");
    return entry != null && entry.value() instanceof Written.Items items
        ? items.items()
        : List.of();
  }

  private static boolean isSearched(Written row) {
    return options(row)
        .map(o -> o.entries().values().stream().anyMatch(e -> e.value() instanceof Written.Keys))
        .orElse(false);
  }

  private static Optional<Written.Keys> options(Written row) {
    return row instanceof Written.Keys keys
            && keys.entries().size() == 1
            && keys.entries().values().iterator().next().value() instanceof Written.Keys options
        ? Optional.of(options)
        : Optional.empty();
  }

  /** The study, its candidates drawn and checked. */
  SearchedStudy read(String name) {
    Search search = search();
    List<Written> substituted = new ArrayList<>();
    List<List<StrategyChoice>> drawn = new ArrayList<>();
    List<Written> rows = rows(root);
    for (int i = 0; i < rows.size(); i++) {
      if (isSearched(rows.get(i))) {
        List<StrategyChoice> candidates = candidates(rows.get(i), i, search);
        if (!candidates.isEmpty()) {
          drawn.add(candidates);
          substituted.add(written(rows.get(i), candidates.get(0)));
        }
      } else {
        substituted.add(rows.get(i));
      }
    }
    if (drawn.isEmpty() && root.entries().containsKey(KEY)) {
      problems.add(
          root.entries().get(KEY).where(),
          KEY,
          "there is nothing to search; write an option as a range, {from: 1, to: 20}");
    }
    problems.refuse();
    Written.Keys plain = new Written.Keys(root.entries(), root.where());
    plain.entries().remove(KEY);
    Written.Entry strategies = root.entries().get("strategies");
    plain.put(
        "strategies",
        strategies.where(),
        new Written.Items(substituted, strategies.value().where()));
    StudySpec first = new StudyBinder(known, name).bind(plain);
    Map<StrategyChoice, List<StrategyChoice>> candidates = new LinkedHashMap<>();
    drawn.forEach(of -> candidates.put(of.get(0), of));
    return new SearchedStudy(first, candidates, search);
  }

  private Search search() {
    Written.Entry entry = root.entries().get(KEY);
    if (entry == null) {
      return Search.DEFAULT;
    }
    if (!(entry.value() instanceof Written.Keys keys)) {
      problems.add(
          entry.value().where(),
          KEY,
          entry.value().told() + " is no mapping; write {method: halving, candidates: 9}");
      return Search.DEFAULT;
    }
    keys.entries()
        .forEach(
            (key, e) -> {
              if (!KEYS.contains(key)) {
                problems.unknownKey(e.where(), KEY + "." + key, key, KEYS);
              }
            });
    Search usual = Search.DEFAULT;
    Search.Method method = usual.method();
    if (keys.entries().containsKey("method")) {
      Written written = keys.entries().get("method").value();
      Search.Method read =
          problems.attempt(
              written.where(),
              KEY + ".method",
              () -> StudyBinder.oneOf(written, Search.Method.values()));
      method = read == null ? method : read;
    }
    int candidates = number(keys, "candidates", 2, usual.candidates());
    int eta = number(keys, "eta", 2, usual.eta());
    int seeds = number(keys, "seeds", 1, usual.seeds());
    return new Search(method, candidates, eta, seeds, number(keys, "seed", 0, 0));
  }

  private int number(Written.Keys keys, String key, int least, int otherwise) {
    Written.Entry entry = keys.entries().get(key);
    if (entry == null) {
      return otherwise;
    }
    Integer read =
        problems.attempt(
            entry.value().where(),
            KEY + "." + key,
            () -> StudyBinder.integer(entry.value(), least));
    return read == null ? otherwise : read;
  }

  /** Distinct ones, each of which the strategy takes; none where something is wrong. */
  private List<StrategyChoice> candidates(Written row, int place, Search search) {
    String id = StudyBinder.idOf(row);
    String path = "strategies[" + place + "]";
    if (problems.attempt(row.where(), path, () -> known.strategies().factory(id)) == null) {
      return List.of();
    }
    return search.method() == Search.Method.GRID
        ? grid(row, id, path)
        : random(row, id, path, place, search);
  }

  /** Every combination of listed values, the last option's changing first. */
  private List<StrategyChoice> grid(Written row, String id, String path) {
    List<TreeMap<String, String>> combinations = List.of(new TreeMap<>());
    for (Map.Entry<String, Written.Entry> option :
        options(row).orElseThrow().entries().entrySet()) {
      Written written = option.getValue().value();
      List<String> values =
          problems.attempt(
              written.where(), path + "." + id + "." + option.getKey(), () -> listed(written));
      if (values == null) {
        return List.of();
      }
      List<TreeMap<String, String>> more = new ArrayList<>();
      for (TreeMap<String, String> before : combinations) {
        for (String value : values) {
          TreeMap<String, String> with = new TreeMap<>(before);
          with.put(option.getKey(), value);
          more.add(with);
        }
      }
      combinations = more;
    }
    Set<StrategyChoice> candidates = new LinkedHashSet<>();
    for (TreeMap<String, String> options : combinations) {
      if (!fits(row, id, path, options)) {
        return List.of();
      }
      candidates.add(new StrategyChoice(id, options));
    }
    return List.copyOf(candidates);
  }

  private static List<String> listed(Written written) {
    if (written instanceof Written.Keys range) {
      Written.Entry choices = range.entries().get("oneOf");
      UsageException.require(
          choices != null
              && choices.value() instanceof Written.Items
              && range.entries().size() == 1,
          "a grid is made of listed values; write {oneOf: [1, 4, 20]} in place of a range");
      return texts((Written.Items) choices.value());
    }
    return written instanceof Written.Items items
        ? texts(items)
        : List.of(StudyBinder.text(written));
  }

  private boolean fits(Written row, String id, String path, Map<String, String> options) {
    return problems.attempt(
            row.where(), path + "." + id, () -> known.strategies().configure(id, options))
        != null;
  }

  private List<StrategyChoice> random(
      Written row, String id, String path, int place, Search search) {
    Map<String, DoubleFunction<String>> draws = new LinkedHashMap<>();
    for (Map.Entry<String, Written.Entry> option :
        options(row).orElseThrow().entries().entrySet()) {
      String inner = path + "." + id + "." + option.getKey();
      Written written = option.getValue().value();
      DoubleFunction<String> draw =
          problems.attempt(written.where(), inner, () -> drawn(id, option.getKey(), written));
      if (draw == null) {
        return List.of();
      }
      draws.put(option.getKey(), draw);
    }
    Set<StrategyChoice> candidates = new LinkedHashSet<>();
    for (int k = 0; k < search.candidates(); k++) {
      int index = k;
      TreeMap<String, String> options = new TreeMap<>();
      draws.forEach(
          (option, draw) ->
              options.put(
                  option,
                  draw.apply(Draws.of(search.seed(), "search", id, place, option).uniform(index))));
      if (!fits(row, id, path, options)) {
        return List.of();
      }
      candidates.add(new StrategyChoice(id, options));
    }
    return List.copyOf(candidates);
  }

  /** From a number of [0, 1) to an option's value. */
  private DoubleFunction<String> drawn(String id, String option, Written written) {
    if (written instanceof Written.Items items) {
      return oneOf(items);
    }
    if (!(written instanceof Written.Keys range)) {
      String fixed = StudyBinder.text(written);
      return u -> fixed;
    }
    for (String key : range.entries().keySet()) {
      UsageException.require(
          RANGE.contains(key),
          "'%s' is no part of a range; write {from: 1, to: 20, scale: log} or {oneOf: [1, 4]}",
          key);
    }
    Written.Entry choices = range.entries().get("oneOf");
    if (choices != null) {
      if (choices.value() instanceof Written.Items items && range.entries().size() == 1) {
        return oneOf(items);
      }
      throw new UsageException("oneOf takes a list, and stands alone, as in {oneOf: [1, 4]}");
    }
    double from = end(range, "from");
    double to = end(range, "to");
    Written.Entry scale = range.entries().get("scale");
    String how = scale == null ? "linear" : StudyBinder.text(scale.value());
    UsageException.require(
        how.equals("linear") || how.equals("log"), "scale is linear or log, was '%s'", how);
    boolean logarithmic = how.equals("log");
    UsageException.require(
        from < to, "a range runs from a number to a higher one, not %s to %s", from, to);
    UsageException.require(
        !logarithmic || from > 0, "a logarithmic range begins above 0, not at %s", from);
    boolean whole = isWhole(id, option);
    return u -> {
      // A whole number is as likely as any other: the range reaches half beyond its ends.
      double low = whole && !logarithmic ? from - 0.5 : from;
      double high = whole && !logarithmic ? to + 0.5 : to;
      double value = logarithmic ? low * Math.pow(high / low, u) : low + u * (high - low);
      return whole
          ? Long.toString(Math.round(Math.min(to, Math.max(from, value))))
          : new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
    };
  }

  private static DoubleFunction<String> oneOf(Written.Items items) {
    List<String> texts = texts(items);
    return u -> texts.get((int) (u * texts.size()));
  }

  private static List<String> texts(Written.Items items) {
    List<String> texts = items.items().stream().map(StudyBinder::text).toList();
    UsageException.require(!texts.isEmpty(), "there is nothing to choose from; give values");
    return texts;
  }

  private static double end(Written.Keys range, String key) {
    Written.Entry entry = range.entries().get(key);
    UsageException.require(entry != null, "a range has a '%s', as in {from: 1, to: 20}", key);
    return StudyBinder.number(entry.value(), -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  private boolean isWhole(String id, String option) {
    for (RecordComponent c :
        known.strategies().factory(id).defaults().getClass().getRecordComponents()) {
      if (c.getName().equals(option)) {
        return c.getType() == int.class || c.getType() == long.class;
      }
    }
    return false;
  }

  private static Written.Keys written(Written row, StrategyChoice candidate) {
    Written.Keys options = new Written.Keys(row.where());
    candidate
        .options()
        .forEach(
            (option, value) ->
                options.put(option, row.where(), new Written.Text(value, false, row.where())));
    Written.Keys keys = new Written.Keys(row.where());
    keys.put(candidate.strategy(), row.where(), options);
    return keys;
  }
}
