package org.kd4j.experiments.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.network.Networks;
import org.kd4j.core.optimizer.OptimizerSpec;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.Written.Entry;

/**
 * What was written, made a study. Everything that is wrong is found before anything is refused, and
 * each finding says where it stands.
 *
 * <p>Bound by hand and not by a mapper of objects: a study has short forms ({@code teacher:
 * mlp:400}), lists that are rows, and settings of the teacher that follow the student's; a mapper
 * would need a second set of records for these, and would point at the end of an object where a key
 * is wrong.
 */
final class StudyBinder {
  /** What is said of a training; after {@code teacher}, of the teacher's. */
  static final List<String> SETTINGS =
      List.of("epochs", "augment", "optimizer", "learningRate", "schedule", "batch");

  /** Keys that may hold a text instead of a mapping, and the key that the text is short for. */
  static final Map<String, String> SHORT_FORMS =
      Map.of("data", "set", "teacher", "network", "student", "network");

  /** The keys of a study. */
  static final List<String> TOP =
      Stream.of(
              Stream.of("name", "data", "teacher", "student", "strategies", "baseline", "seeds"),
              SETTINGS.stream(),
              SETTINGS.stream().map(StudyBinder::teachers),
              Stream.of("teacherSeed", "checkpointEverySteps", "cacheMegabytes", "measure"))
          .flatMap(s -> s)
          .toList();

  private static final List<String> DATA =
      List.of(
          "set",
          "train",
          "transfer",
          "validation",
          "omitClasses",
          "hideLabels",
          "labelNoise",
          "normalize",
          "seed");

  private static final List<String> NETWORK =
      Stream.concat(Stream.of("network"), SETTINGS.stream()).toList();

  private final Distillation known;
  private final String defaultName;
  private final Problems problems = new Problems();

  StudyBinder(Distillation known, String defaultName) {
    this.known = known;
    this.defaultName = defaultName;
  }

  /** {@code teacherEpochs} for {@code epochs}. */
  static String teachers(String setting) {
    return "teacher" + setting.substring(0, 1).toUpperCase(Locale.ROOT) + setting.substring(1);
  }

  /** The strategy of a row as written; empty where it is none. */
  static String idOf(Written row) {
    if (row instanceof Written.Text text) {
      return text.text();
    }
    return row instanceof Written.Keys keys && keys.entries().size() == 1
        ? keys.entries().keySet().iterator().next()
        : "";
  }

  StudySpec bind(Written.Keys root) {
    know(root, "", TOP);
    Written.Keys data = opened(root, "data", DATA);
    Written.Keys teacher = opened(root, "teacher", NETWORK);
    Written.Keys student = opened(root, "student", NETWORK);
    String set = read(data, "data.", "set", StudyBinder::text).orElse(Defaults.DATA);
    String source = source(data, set);
    String taughtBy =
        network(teacher, "teacher", Defaults.teacher(source).network(), UnaryOperator.identity());
    NetworkPlan studentPlan = student(root, student, taughtBy, Defaults.student(source));
    NetworkPlan teacherPlan = teacher(root, teacher, taughtBy, student, studentPlan, source);
    SplitSpec split = split(data, source);
    List<StrategyChoice> rows = rows(root);
    Optional<List<Long>> seeds = read(root, "", "seeds", StudyBinder::seeds);
    Optional<Long> teacherSeed =
        word(root, "", "teacherSeed", "each", w -> whole(w, Long.MIN_VALUE));
    int checkpoints = read(root, "", "checkpointEverySteps", w -> integer(w, 0)).orElse(0);
    int cache = read(root, "", "cacheMegabytes", StudyBinder::megabytes).orElse(Feed.CACHE);
    Optional<List<String>> measure = read(root, "", "measure", StudyBinder::measurements);
    String name = read(root, "", "name", StudyBinder::text).orElse(defaultName);
    problems.refuse();
    return new StudySpec(
        name,
        set,
        split,
        teacherPlan,
        studentPlan,
        rows,
        seeds.orElseGet(() -> firstSeeds(Defaults.SEEDS)),
        teacherSeed,
        checkpoints,
        measure.orElse(List.of()),
        cache);
  }

  private static List<Long> firstSeeds(int count) {
    return LongStream.rangeClosed(1, count).boxed().toList();
  }

  // ---- data

  private String source(Written.Keys data, String set) {
    Entry entry = data.entries().get("set");
    Written.Where where = entry == null ? StudyDraft.COMMAND_LINE : entry.value().where();
    String head =
        problems.attempt(
            where,
            "data.set",
            () -> {
              SpecText spec = SpecText.parse(set);
              if (!known.data().containsKey(spec.head())) {
                throw Names.unknown("data set", spec.head(), known.data().keySet());
              }
              return spec.head();
            });
    return head == null ? "" : head;
  }

  private SplitSpec split(Written.Keys data, String source) {
    Optional<Integer> train =
        data.entries().containsKey("train")
            ? word(data, "data.", "train", "all", w -> integer(w, 1))
            : Defaults.train(source);
    Optional<Integer> transfer = word(data, "data.", "transfer", "train", w -> integer(w, 1));
    Optional<Integer> validation = word(data, "data.", "validation", "default", w -> integer(w, 0));
    Optional<List<Integer>> omitted =
        read(
            data,
            "data.",
            "omitClasses",
            w -> wholes(w, 0).stream().map(StudyBinder::integer).toList());
    float hidden = read(data, "data.", "hideLabels", w -> number(w, 0, 1)).orElse(0f);
    float noise = read(data, "data.", "labelNoise", w -> number(w, 0, 0.999f)).orElse(0f);
    SplitSpec.Scaling scaling =
        read(data, "data.", "normalize", w -> oneOf(w, SplitSpec.Scaling.values()))
            .orElse(SplitSpec.Scaling.UNIT);
    long seed = read(data, "data.", "seed", w -> whole(w, Long.MIN_VALUE)).orElse(0L);
    TreeSet<Integer> classes = new TreeSet<>(omitted.orElse(List.of()));
    return new SplitSpec(validation, train, transfer, classes, hidden, noise, scaling, seed);
  }

  // ---- networks

  /** The student's network may name the teacher's: {@code slim(teacher,width=0.5)}. */
  private NetworkPlan student(
      Written.Keys root, Written.Keys student, String taughtBy, NetworkPlan otherwise) {
    Function<String, Place> at = setting -> place(root, setting, student, "student", setting);
    Optional<Float> rate = rate(at.apply("learningRate"));
    return new NetworkPlan(
        network(student, "student", otherwise.network(), t -> Networks.standing(t, taughtBy)),
        value(at.apply("epochs"), w -> integer(w, 1)).orElse(otherwise.epochs()),
        value(at.apply("augment"), StudyBinder::augmentation).orElse(otherwise.augment()),
        value(at.apply("optimizer"), StudyBinder::optimizer).orElse(otherwise.optimizer()),
        rate,
        value(at.apply("schedule"), StudyBinder::schedule).orElse(otherwise.schedule()),
        value(at.apply("batch"), w -> integer(w, 1)).orElse(otherwise.batch()));
  }

  /**
   * A setting that is not said of the teacher is the student's. Two of the default study's own
   * stand where neither is said: more epochs, and shifted images.
   */
  private NetworkPlan teacher(
      Written.Keys root,
      Written.Keys teacher,
      String network,
      Written.Keys student,
      NetworkPlan as,
      String source) {
    Function<String, Place> at =
        setting -> place(root, teachers(setting), teacher, "teacher", setting);
    Function<String, Boolean> said =
        setting -> place(root, setting, student, "student", setting).written() != null;
    Optional<String> optimizer = value(at.apply("optimizer"), StudyBinder::optimizer);
    Place ratePlace = at.apply("learningRate");
    boolean otherOptimizer = optimizer.isPresent() && !optimizer.get().equals(as.optimizer());
    Optional<Float> rate =
        ratePlace.written() != null
            ? rate(ratePlace)
            : otherOptimizer ? Optional.empty() : as.learningRate();
    return new NetworkPlan(
        network,
        value(at.apply("epochs"), w -> integer(w, 0))
            .orElse(said.apply("epochs") ? as.epochs() : Defaults.teacher(source).epochs()),
        value(at.apply("augment"), StudyBinder::augmentation)
            .orElse(said.apply("augment") ? as.augment() : Defaults.teacherAugment(source)),
        optimizer.orElse(as.optimizer()),
        rate,
        value(at.apply("schedule"), StudyBinder::schedule).orElse(as.schedule()),
        value(at.apply("batch"), w -> integer(w, 1)).orElse(as.batch()));
  }

  private String network(
      Written.Keys map, String path, String otherwise, UnaryOperator<String> meant) {
    Optional<String> given =
        read(
            map,
            path + ".",
            "network",
            w -> {
              known.network(meant.apply(text(w)));
              return text(w);
            });
    return given.orElse(otherwise);
  }

  private static String augmentation(Written w) {
    Augmentation.parse(text(w));
    return text(w);
  }

  private static String optimizer(Written w) {
    OptimizerSpec.parse(text(w), Schedule.constant(1));
    return text(w);
  }

  private static String schedule(Written w) {
    Schedule.parse(text(w), 1);
    return text(w);
  }

  /** A setting's place: of a network's own mapping, or of the first level. */
  private record Place(String path, @Nullable Written written) {}

  private Place place(
      Written.Keys root, String topKey, Written.Keys map, String mapPath, String key) {
    Entry top = root.entries().get(topKey);
    Entry inner = map.entries().get(key);
    if (top != null && inner != null) {
      problems.add(top.where(), topKey, "given as " + mapPath + "." + key + " as well; keep one");
    }
    return inner != null
        ? new Place(mapPath + "." + key, inner.value())
        : new Place(topKey, top == null ? null : top.value());
  }

  private Optional<Float> rate(Place place) {
    return isWord(place.written(), "default")
        ? Optional.empty()
        : value(place, w -> number(w, Float.MIN_VALUE, Float.MAX_VALUE));
  }

  // ---- strategies

  private List<StrategyChoice> rows(Written.Keys root) {
    StrategyRegistry registry = known.strategies();
    Entry entry = root.entries().get("strategies");
    List<StrategyChoice> rows = new ArrayList<>();
    if (entry == null) {
      Defaults.comparison(registry).forEach(id -> rows.add(StrategyChoice.of(id)));
    } else if (entry.value() instanceof Written.Items items) {
      for (int i = 0; i < items.items().size(); i++) {
        for (StrategyChoice row : rows(items.items().get(i), "strategies[" + i + "]")) {
          if (rows.contains(row)) {
            problems.add(
                items.items().get(i).where(),
                "strategies[" + i + "]",
                "'" + row + "' is compared already; name each row once");
          }
          rows.add(row);
        }
      }
    } else {
      problems.add(
          entry.value().where(),
          "strategies",
          entry.value().told() + " is not a list; write one, as in [scratch, offline]");
    }
    boolean without =
        read(root, "", "baseline", w -> oneOf(w, Baseline.values())).orElse(Baseline.SCRATCH)
            == Baseline.NONE;
    StrategyChoice scratch = StrategyChoice.of(StrategyRegistry.SCRATCH);
    if (!without && !rows.contains(scratch)) {
      rows.add(0, scratch);
    }
    return rows;
  }

  private enum Baseline {
    SCRATCH,
    NONE
  }

  private List<StrategyChoice> rows(Written item, String path) {
    String id = idOf(item);
    if (id.isEmpty()) {
      problems.add(
          item.where(),
          path,
          item.told() + " is no strategy; write an id, or {id: {option: value}} with one id");
      return List.of();
    }
    if (problems.attempt(item.where(), path, () -> known.strategies().factory(id)) == null) {
      return List.of();
    }
    Written options =
        item instanceof Written.Keys keys
            ? keys.entries().get(id).value()
            : new Written.Keys(item.where());
    if (options instanceof Written.Text text && text.absent()) {
      options = new Written.Keys(item.where());
    }
    if (!(options instanceof Written.Keys keys)) {
      problems.add(
          options.where(),
          path + "." + id,
          options.told() + " is no mapping of options; write {option: value}");
      return List.of();
    }
    List<SortedMap<String, Given>> rows = List.of(new TreeMap<>());
    for (Map.Entry<String, Entry> option : keys.entries().entrySet()) {
      String inner = path + "." + id + "." + option.getKey();
      rows = product(rows, option.getKey(), values(id, option.getKey(), option.getValue(), inner));
    }
    List<StrategyChoice> choices = new ArrayList<>();
    for (SortedMap<String, Given> row : rows) {
      SortedMap<String, Given> readable = new TreeMap<>(row);
      readable.values().removeIf(given -> given.text().isEmpty());
      check(id, readable, item.where(), path + "." + id);
      if (readable.size() == row.size()) {
        choices.add(new StrategyChoice(id, texts(row)));
      }
    }
    return choices;
  }

  /** What was written for an option; no text where it cannot be read. */
  private record Given(Optional<String> text, Written.Where where) {}

  private static SortedMap<String, String> texts(SortedMap<String, Given> row) {
    SortedMap<String, String> texts = new TreeMap<>();
    row.forEach((option, given) -> given.text().ifPresent(text -> texts.put(option, text)));
    return texts;
  }

  private List<Given> values(String id, String option, Entry entry, String path) {
    List<Written> given =
        entry.value() instanceof Written.Items items ? items.items() : List.of(entry.value());
    if (given.isEmpty()) {
      problems.add(entry.value().where(), path, "an empty list makes no row; give a value");
    }
    List<Given> values = new ArrayList<>();
    for (Written value : given) {
      Written.Where where = isOption(id, option) ? value.where() : entry.where();
      String text = problems.attempt(where, path, () -> text(value));
      values.add(new Given(Optional.ofNullable(text), where));
    }
    return values;
  }

  private boolean isOption(String id, String option) {
    return Stream.of(known.strategies().factory(id).defaults().getClass().getRecordComponents())
        .anyMatch(c -> c.getName().equals(option));
  }

  /**
   * Checks the options of a row together, since one may be right only beside another. What an
   * option is refused for by itself too is said where it stands; anything else, of the row.
   */
  private void check(String id, SortedMap<String, Given> row, Written.Where where, String path) {
    SortedMap<String, String> left = texts(row);
    Optional<String> wrong = refusal(id, left);
    while (wrong.isPresent()) {
      String said = wrong.get();
      Optional<String> blamed =
          left.keySet().stream()
              .filter(o -> refusal(id, Map.of(o, left.get(o))).equals(Optional.of(said)))
              .findFirst();
      String at = blamed.map(o -> path + "." + o).orElse(path);
      problems.add(blamed.map(o -> row.get(o).where()).orElse(where), at, brief(said, id, blamed));
      blamed.ifPresent(left::remove);
      wrong = blamed.isPresent() ? refusal(id, left) : Optional.empty();
    }
  }

  /** Why a strategy does not take these options. */
  private Optional<String> refusal(String id, Map<String, String> options) {
    try {
      known.strategies().configure(id, options);
      return Optional.empty();
    } catch (UsageException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** A refusal without what its place says already. */
  private static String brief(String said, String id, Optional<String> option) {
    String path = id + "." + option.orElse("") + " ";
    String rest = said.startsWith(path) ? said.substring(path.length()) : said;
    return rest.startsWith(id + ": ") ? rest.substring(id.length() + 2) : rest;
  }

  private static <T> List<SortedMap<String, T>> product(
      List<SortedMap<String, T>> rows, String key, List<T> values) {
    List<SortedMap<String, T>> all = new ArrayList<>();
    for (SortedMap<String, T> row : rows) {
      for (T value : values) {
        SortedMap<String, T> more = new TreeMap<>(row);
        more.put(key, value);
        all.add(more);
      }
    }
    return all;
  }

  // ---- mappings and values

  private void know(Written.Keys map, String prefix, List<String> keys) {
    map.entries()
        .forEach(
            (key, entry) -> {
              if (!keys.contains(key)) {
                problems.unknownKey(entry.where(), prefix + key, key, keys);
              }
            });
  }

  private Written.Keys opened(Written.Keys root, String key, List<String> keys) {
    Entry entry = root.entries().get(key);
    if (entry == null) {
      return new Written.Keys(StudyDraft.COMMAND_LINE);
    }
    if (entry.value() instanceof Written.Keys map) {
      know(map, key + ".", keys);
      return map;
    }
    Written.Keys map = new Written.Keys(entry.value().where());
    map.put(SHORT_FORMS.get(key), entry.where(), entry.value());
    return map;
  }

  private <T> Optional<T> read(
      Written.Keys map, String prefix, String key, Function<Written, T> reading) {
    Entry entry = map.entries().get(key);
    String path = prefix + key;
    boolean isShort = entry != null && SHORT_FORMS.containsValue(key) && entry.where() != null;
    if (isShort && map.where().equals(entry.value().where())) {
      path = prefix.substring(0, prefix.length() - 1);
    }
    return value(new Place(path, entry == null ? null : entry.value()), reading);
  }

  private <T> Optional<T> value(Place place, Function<Written, T> reading) {
    Written written = place.written();
    if (written == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        problems.attempt(written.where(), place.path(), () -> reading.apply(written)));
  }

  /** A value, or a word that stands for none. */
  private <T> Optional<T> word(
      Written.Keys map, String prefix, String key, String none, Function<Written, T> reading) {
    Entry entry = map.entries().get(key);
    return entry != null && isWord(entry.value(), none)
        ? Optional.empty()
        : read(map, prefix, key, reading);
  }

  private static boolean isWord(@Nullable Written written, String word) {
    return written instanceof Written.Text text && text.text().equals(word);
  }

  static String text(Written written) {
    if (written instanceof Written.Text text && !text.absent()) {
      return text.text();
    }
    throw new UsageException(written.told() + " is not a text; write one");
  }

  private static long whole(Written written, long least) {
    String right = "write one" + (least == Long.MIN_VALUE ? "" : ", " + least + " or more");
    if (written instanceof Written.Text text
        && !text.quoted()
        && text.text().matches("-?(0|[1-9]\\d{0,17})")) {
      long value = Long.parseLong(text.text());
      UsageException.require(
          value >= least, "%s is too small; write a whole number, %s or more", value, least);
      return value;
    }
    throw new UsageException(told(written) + " is not a whole number; " + right);
  }

  static int integer(Written written, int least) {
    return integer(whole(written, least));
  }

  private static int integer(long value) {
    UsageException.require(
        value <= Integer.MAX_VALUE, "%s is too large; write at most %s", value, Integer.MAX_VALUE);
    return (int) value;
  }

  private static int megabytes(Written written) {
    int value = integer(written, 0);
    UsageException.require(
        value <= Feed.MOST_CACHED,
        "%s is too large; write at most %s, or 0 to keep nothing",
        value,
        Feed.MOST_CACHED);
    return value;
  }

  static float number(Written written, float least, float most) {
    if (written instanceof Written.Text text
        && !text.quoted()
        && text.text().matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
      float value = Float.parseFloat(text.text());
      UsageException.require(
          value >= least && value <= most,
          "%s is out of range; write a number %s",
          text.text(),
          most > 1
              ? (value > most ? "no larger than " + most : "above 0")
              : "from 0 to " + (most < 1 ? "below 1" : "1"));
      return value;
    }
    throw new UsageException(told(written) + " is not a number; write one, as in 0.5");
  }

  private static String told(Written written) {
    return written instanceof Written.Text text && text.quoted()
        ? "the text " + text.told()
        : written.told();
  }

  private static List<Long> seeds(Written written) {
    boolean count = written instanceof Written.Text text && !text.text().contains(",");
    if (count) {
      long many = whole(written, 1);
      UsageException.require(
          many <= 1000, "%s seeds are too many; write at most 1000, or a list", many);
      return firstSeeds((int) many);
    }
    List<Long> seeds = wholes(written, Long.MIN_VALUE);
    UsageException.require(
        !seeds.isEmpty() && seeds.stream().distinct().count() == seeds.size(),
        "%s names a seed twice, or none; rows are paired by seed, write each once",
        seeds);
    return seeds;
  }

  /** {@code [3, 7]}, or {@code 3,7} as on the command line. */
  private static List<Long> wholes(Written written, long least) {
    List<Long> values = new ArrayList<>();
    if (written instanceof Written.Items items) {
      items.items().forEach(item -> values.add(whole(item, least)));
    } else if (written instanceof Written.Text text && !text.quoted()) {
      for (String part : text.text().split(",", -1)) {
        values.add(whole(new Written.Text(part.strip(), false, text.where()), least));
      }
    } else {
      throw new UsageException(told(written) + " is not a list of whole numbers; write [3, 7]");
    }
    return values;
  }

  private static List<String> measurements(Written written) {
    List<String> names = new ArrayList<>();
    if (written instanceof Written.Items items) {
      items.items().forEach(item -> names.add(text(item)));
    } else {
      names.addAll(List.of(text(written).split("\\s*,\\s*")));
    }
    names.forEach(Measurement::named);
    return names;
  }

  static <E extends Enum<E>> E oneOf(Written written, E[] constants) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E constant : constants) {
      words.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    E constant = words.get(text(written));
    UsageException.require(
        constant != null,
        "'%s' is not one of them; write %s",
        text(written),
        String.join(" or ", words.keySet()));
    return java.util.Objects.requireNonNull(constant);
  }
}
