package org.kd4j.experiments.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.study.Written.Where;

/**
 * A study as far as it has been said: by a file, by flags, by {@code a.b=c} on the command line.
 * What is said later wins; what is never said comes from {@link Defaults}. Keys are those of the
 * YAML form, see {@link StudyYaml}.
 */
public final class StudyDraft {
  static final Where COMMAND_LINE = new Where("command line", 0, 0);

  // As in a spec: a comma that a key follows belongs to the value, as in mlp:8,dropout=0.2.
  private static final Pattern COMMA = Pattern.compile(",(?![A-Za-z][A-Za-z0-9-]*=)");

  private final Distillation known;
  private final Written.Keys root;
  private final String name;

  private StudyDraft(Distillation known, Written.Keys root, String name) {
    this.known = known;
    this.root = root;
    this.name = name;
  }

  /**
   * Nothing said yet.
   *
   * @param known what there is
   * @param name of the study unless another is said
   */
  public static StudyDraft empty(Distillation known, String name) {
    return new StudyDraft(known, new Written.Keys(COMMAND_LINE), name);
  }

  /**
   * What a file says.
   *
   * @param known what there is
   * @param file in YAML
   */
  public static StudyDraft of(Distillation known, Path file) {
    String fileName = String.valueOf(file.getFileName());
    return new StudyDraft(known, YamlText.file(file), fileName.replaceFirst("\\.ya?ml$", ""));
  }

  /**
   * What a text says.
   *
   * @param known what there is
   * @param yaml the text
   * @param source what messages call it
   */
  public static StudyDraft of(Distillation known, String yaml, String source) {
    return new StudyDraft(known, YamlText.text(yaml, source), "study");
  }

  /** A study that is complete already, to be changed here and there. */
  public static StudyDraft of(Distillation known, StudySpec spec) {
    return of(known, StudyYaml.write(spec), spec.name());
  }

  /** The draft with a value from a flag, whose name messages give: {@code --epochs}. */
  public StudyDraft flag(String flag, String path, String value) {
    put(path, new Written.Text(value, false, new Where(flag, 0, 0)));
    return this;
  }

  /** The draft with these strategies compared, by id. */
  public StudyDraft strategies(List<String> ids) {
    List<Written> items = new ArrayList<>();
    for (String id : ids) {
      items.add(new Written.Text(id, false, COMMAND_LINE));
    }
    root.put("strategies", COMMAND_LINE, new Written.Items(items, COMMAND_LINE));
    return this;
  }

  /** Whether something is said about a key of the first level. */
  public boolean says(String key) {
    return root.entries().containsKey(key);
  }

  /**
   * The draft with an override from the command line: {@code data.train=500}, {@code
   * offline.temperature=4,20} (a row each), {@code strategies.0=scratch}.
   *
   * @param override a path, an equals sign, a value
   */
  public StudyDraft override(String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new UsageException(
          "command line: '"
              + override
              + "' is no override; one reads path=value, as in epochs=5 or"
              + " offline.temperature=4,20");
    }
    String path = override.substring(0, equals);
    String value = override.substring(equals + 1);
    int dot = path.indexOf('.');
    String head = dot < 0 ? path : path.substring(0, dot);
    if (dot < 0 || StudyBinder.TOP.contains(head)) {
      put(path, written(value));
    } else {
      option(head, path.substring(dot + 1), value);
    }
    return this;
  }

  /**
   * The study, with defaults for what is not said.
   *
   * @throws UsageException naming all that is wrong, a line each
   */
  public StudySpec complete() {
    UsageException.require(
        !searches(), "%s searches options: it is run and planned as a file, by 'kd run'", name);
    return new StudyBinder(known, name).bind(root);
  }

  /** Whether options are to be searched: an option is a range, or there is a key for it. */
  public boolean searches() {
    return SearchReader.searches(root);
  }

  /**
   * The study that searches options.
   *
   * @throws UsageException naming all that is wrong, a line each
   */
  public SearchedStudy searched() {
    return new SearchReader(known, root).read(name);
  }

  private static Written written(String value) {
    return !value.isEmpty() && "[{\"'".indexOf(value.charAt(0)) >= 0
        ? YamlText.value(value, COMMAND_LINE)
        : new Written.Text(value, false, COMMAND_LINE);
  }

  private void option(String id, String option, String value) {
    if (!root.entries().containsKey("strategies")) {
      strategies(Defaults.comparison(known.strategies()));
    }
    Set<String> compared = new LinkedHashSet<>();
    boolean found = false;
    if (root.entries().get("strategies").value() instanceof Written.Items rows) {
      for (int i = 0; i < rows.items().size(); i++) {
        String row = StudyBinder.idOf(rows.items().get(i));
        compared.add(row);
        if (row.equals(id)) {
          found = true;
          put("strategies." + i + "." + id + "." + option, listed(value));
        }
      }
    }
    if (!found) {
      throw notCompared(id, option, compared);
    }
  }

  private UsageException notCompared(String id, String option, Set<String> compared) {
    String path = "command line: " + id + "." + option + ": ";
    if (known.strategies().ids().contains(id)) {
      return new UsageException(
          path
              + id
              + " is not compared; name it as well, or set an option of "
              + String.join(", ", compared));
    }
    List<String> heads = new ArrayList<>(compared);
    heads.addAll(List.of("data", "teacher", "student"));
    String hint = Names.nearest(id, heads).map(n -> "did you mean '" + n + "'?").orElse("");
    return new UsageException(
        path
            + "there is no '"
            + id
            + "' to set; "
            + (hint.isEmpty() ? "compared are " + String.join(", ", compared) : hint));
  }

  private static Written listed(String value) {
    String[] parts = COMMA.split(value, -1);
    if (parts.length == 1 || value.startsWith("[")) {
      return written(value);
    }
    List<Written> items = new ArrayList<>();
    for (String part : parts) {
      items.add(new Written.Text(part.strip(), false, COMMAND_LINE));
    }
    return new Written.Items(items, COMMAND_LINE);
  }

  private void put(String path, Written value) {
    root.entries().remove(aliasOfSetting(path));
    removeInner(aliasOfSetting(path));
    List<String> steps = new ArrayList<>(List.of(path.split("\\.", -1)));
    Map<String, String> shortForms = StudyBinder.SHORT_FORMS;
    if (steps.size() == 1
        && value instanceof Written.Text
        && shortForms.containsKey(path)
        && says(path)
        && root.entries().get(path).value() instanceof Written.Keys) {
      // teacher=mlp:800 changes the network and keeps its training.
      steps.add(shortForms.get(path));
    }
    put(root, steps, 0, value);
  }

  /**
   * {@code epochs} is {@code student.epochs} said shortly; saying one of them takes back the other.
   */
  private static String aliasOfSetting(String path) {
    for (String setting : StudyBinder.SETTINGS) {
      if (path.equals(setting)) {
        return "student." + setting;
      } else if (path.equals("student." + setting)) {
        return setting;
      } else if (path.equals(StudyBinder.teachers(setting))) {
        return "teacher." + setting;
      } else if (path.equals("teacher." + setting)) {
        return StudyBinder.teachers(setting);
      }
    }
    return "";
  }

  private void removeInner(String path) {
    int dot = path.indexOf('.');
    if (dot > 0
        && says(path.substring(0, dot))
        && root.entries().get(path.substring(0, dot)).value() instanceof Written.Keys keys) {
      keys.entries().remove(path.substring(dot + 1));
    }
  }

  private static void put(Written.Keys into, List<String> steps, int at, Written value) {
    String key = steps.get(at);
    if (at == steps.size() - 1) {
      into.put(key, value.where(), value);
      return;
    }
    Written.Entry entry = into.entries().get(key);
    Written inner = entry == null ? new Written.Keys(value.where()) : entry.value();
    if (inner instanceof Written.Text text) {
      inner = opened(text, at == 0 ? StudyBinder.SHORT_FORMS.get(key) : null, steps, value);
    }
    into.put(key, entry == null ? value.where() : entry.where(), inner);
    if (inner instanceof Written.Keys keys) {
      put(keys, steps, at + 1, value);
    } else {
      put((Written.Items) inner, steps, at + 1, value);
    }
  }

  /** A short form written out: {@code teacher: mlp:8} as {@code teacher: {network: mlp:8}}. */
  private static Written.Keys opened(
      Written.Text text,
      @org.jspecify.annotations.Nullable String key,
      List<String> steps,
      Written value) {
    if (key == null && !text.absent()) {
      throw new UsageException(
          value.where()
              + ": "
              + String.join(".", steps)
              + ": there is nothing inside "
              + text.told()
              + "; give the value whole");
    }
    Written.Keys keys = new Written.Keys(text.where());
    if (!text.absent() && key != null) {
      keys.put(key, text.where(), text);
    }
    return keys;
  }

  private static void put(Written.Items into, List<String> steps, int at, Written value) {
    List<Written> items = into.items();
    String step = steps.get(at);
    boolean inside = step.matches("\\d{1,4}") && Integer.parseInt(step) < items.size();
    if (!inside) {
      throw new UsageException(
          value.where()
              + ": "
              + String.join(".", steps)
              + ": there is no item '"
              + step
              + "'; items are counted from 0 to "
              + (items.size() - 1));
    }
    int index = Integer.parseInt(step);
    if (at == steps.size() - 1) {
      items.set(index, value);
      return;
    }
    Written item = items.get(index);
    if (item instanceof Written.Text text) {
      // A row without options, 'offline', is {offline: {}} said shortly.
      Written.Keys row = new Written.Keys(text.where());
      row.put(text.text(), text.where(), new Written.Keys(text.where()));
      item = row;
      items.set(index, row);
    }
    if (item instanceof Written.Keys keys) {
      put(keys, steps, at + 1, value);
    } else {
      put((Written.Items) item, steps, at + 1, value);
    }
  }
}
