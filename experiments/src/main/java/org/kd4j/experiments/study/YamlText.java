package org.kd4j.experiments.study;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kd4j.core.base.UsageException;
import org.kd4j.experiments.study.Written.Entry;
import org.kd4j.experiments.study.Written.Where;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** YAML to values with places. Only the syntax is YAML's; what a value means is decided later. */
final class YamlText {
  private static final int DEEPEST = 16;

  private YamlText() {}

  /** Reads a file. */
  static Written.Keys file(Path file) {
    try {
      return text(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    } catch (NoSuchFileException e) {
      throw new UsageException("There is no file " + file + ".", e);
    } catch (CharacterCodingException e) {
      throw new UsageException(file + " is not UTF-8 text; a study is a YAML file in UTF-8.", e);
    } catch (IOException e) {
      throw new UsageException(file + " cannot be read: " + e, e);
    }
  }

  /** Reads a text. */
  static Written.Keys text(String yaml, String source) {
    String content = yaml.startsWith("\ufeff") ? yaml.substring(1) : yaml;
    Node root = compose(content, source);
    Problems problems = new Problems();
    if (root == null) {
      throw new UsageException(source + ":1:1: there is nothing; a study says at least its data");
    }
    Written written = read(root, source, "", 0, problems);
    problems.refuse();
    if (written instanceof Written.Keys keys) {
      return keys;
    }
    throw new UsageException(
        written.where() + ": " + written.told() + "; a study is a mapping, as in 'data: strokes'");
  }

  /** A value of an override. */
  static Written value(String text, Where where) {
    Node root = compose(text, where.source());
    if (root == null) {
      return new Written.Text("", false, where);
    }
    Problems problems = new Problems();
    Written written = read(root, "", "", 0, problems);
    problems.refuse();
    return at(written, where);
  }

  /** The same, all of it at one place. */
  private static Written at(Written value, Where where) {
    if (value instanceof Written.Text t) {
      return new Written.Text(t.text(), t.quoted(), where);
    } else if (value instanceof Written.Items i) {
      return new Written.Items(i.items().stream().map(v -> at(v, where)).toList(), where);
    }
    Written.Keys keys = new Written.Keys(where);
    ((Written.Keys) value).entries().forEach((k, v) -> keys.put(k, where, at(v.value(), where)));
    return keys;
  }

  private static Node compose(String text, String source) {
    try {
      LoaderOptions options = new LoaderOptions();
      return new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      boolean placed = mark != null && !source.equals(StudyDraft.COMMAND_LINE.source());
      String place = !placed ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
      throw new UsageException(
          source + place + ": not YAML: " + e.getProblem() + "; check quotes, brackets and indents",
          e);
    } catch (YAMLException e) {
      throw new UsageException(source + ": not YAML: " + e.getMessage(), e);
    }
  }

  private static Written read(Node node, String source, String path, int depth, Problems problems) {
    Where where = where(node.getStartMark(), source);
    if (depth > DEEPEST) {
      throw new UsageException(where + ": " + path + ": nested too deeply; a study is flat");
    }
    if (node instanceof ScalarNode s) {
      return new Written.Text(s.getValue(), s.getScalarStyle() != ScalarStyle.PLAIN, where);
    } else if (node instanceof SequenceNode s) {
      List<Written> items = new java.util.ArrayList<>();
      for (Node item : s.getValue()) {
        items.add(read(item, source, path + "[" + items.size() + "]", depth + 1, problems));
      }
      return new Written.Items(items, where);
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple pair : ((MappingNode) node).getValue()) {
      Where at = where(pair.getKeyNode().getStartMark(), source);
      if (!(pair.getKeyNode() instanceof ScalarNode key)) {
        problems.add(at, path, "a key is a list or a mapping; keys are words");
        continue;
      }
      String name = key.getValue();
      String inner = path.isEmpty() ? name : path + "." + name;
      Entry before =
          entries.put(
              name, new Entry(at, read(pair.getValueNode(), source, inner, depth + 1, problems)));
      if (before != null) {
        problems.add(at, inner, "given before, at line " + before.where().line() + "; keep one");
      }
    }
    return new Written.Keys(entries, where);
  }

  private static Where where(Mark mark, String source) {
    return new Where(source, mark.getLine() + 1, mark.getColumn() + 1);
  }
}
