package org.kd4j.experiments.study;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.kd4j.core.data.SplitSpec;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.wiring.Distillation;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Studies in YAML, read strictly and written completely:
 *
 * <pre>{@code
 * name: t-sweep
 * data: {set: mnist, train: 5000}
 * teacher: mlp:400-400,dropout=0.3
 * student: mlp:200-200
 * strategies: [scratch, {offline: {temperature: [4, 20]}}]
 * seeds: 3
 * epochs: 20
 * }</pre>
 *
 * <p>Every key may be left out; {@link Defaults} says what then holds. The student's training
 * stands at the first level ({@code epochs}, {@code augment}, {@code optimizer}, {@code
 * learningRate}, {@code schedule}, {@code batch}) or in a mapping ({@code student: {network: …,
 * epochs: …}}); the teacher's likewise ({@code teacherEpochs}), and follows the student's where it
 * is not said. What guides say of all samples is computed once where it fits into {@code
 * cacheMegabytes} (512; 0 = at each step anew). A list as an option's value makes a row each.
 * {@code scratch} is compared always; {@code baseline: none} leaves it out.
 */
public final class StudyYaml {
  private StudyYaml() {}

  /**
   * Reads a study.
   *
   * @param known what there is
   * @param file in YAML
   * @param overrides {@code a.b=c}, from the command line
   */
  public static StudySpec read(Distillation known, Path file, List<String> overrides) {
    StudyDraft draft = StudyDraft.of(known, file);
    overrides.forEach(draft::override);
    return draft.complete();
  }

  /**
   * Reads a study.
   *
   * @param known what there is
   * @param yaml its text
   * @param source what messages call it
   */
  public static StudySpec read(Distillation known, String yaml, String source) {
    return StudyDraft.of(known, yaml, source).complete();
  }

  /**
   * Writes a study so that reading gives it back, whatever defaults will be then.
   *
   * @param spec the study
   */
  public static String write(StudySpec spec) {
    List<NodeTuple> root = new ArrayList<>();
    root.add(pair("name", text(spec.name())));
    root.add(pair("data", data(spec.data(), spec.split())));
    root.add(pair("teacher", network(spec.teacher())));
    root.add(pair("student", network(spec.student())));
    root.add(pair("strategies", strategies(spec.strategies())));
    if (!spec.strategies().contains(StrategyChoice.of(StrategyRegistry.SCRATCH))) {
      root.add(pair("baseline", text("none")));
    }
    root.add(pair("seeds", list(spec.seeds())));
    root.add(pair("teacherSeed", plain(spec.teacherSeed().map(String::valueOf).orElse("each"))));
    root.add(pair("checkpointEverySteps", plain(spec.checkpointEverySteps())));
    root.add(pair("cacheMegabytes", plain(spec.cacheMegabytes())));
    if (!spec.measure().isEmpty()) {
      List<Node> names = new ArrayList<>();
      spec.measure().forEach(measurement -> names.add(text(measurement)));
      root.add(pair("measure", new SequenceNode(Tag.SEQ, names, FlowStyle.FLOW)));
    }
    DumperOptions options = new DumperOptions();
    options.setAllowUnicode(true);
    options.setSplitLines(false);
    options.setWidth(Integer.MAX_VALUE);
    options.setLineBreak(DumperOptions.LineBreak.UNIX);
    StringWriter out = new StringWriter();
    new Yaml(options).serialize(mapping(root, FlowStyle.BLOCK), out);
    return out.toString();
  }

  /**
   * Writes a study to a file.
   *
   * @param spec the study
   * @param file made or replaced
   */
  public static void write(StudySpec spec, Path file) {
    try {
      java.nio.file.Files.writeString(file, write(spec));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Node data(String set, SplitSpec split) {
    List<NodeTuple> data = new ArrayList<>();
    data.add(pair("set", text(set)));
    data.add(pair("train", plain(orWord(split.train(), "all"))));
    split.transfer().ifPresent(rows -> data.add(pair("transfer", plain(rows))));
    data.add(pair("validation", plain(orWord(split.validation(), "default"))));
    data.add(pair("omitClasses", list(List.copyOf(split.omittedClasses()))));
    data.add(pair("hideLabels", plain(split.hiddenLabels())));
    data.add(pair("labelNoise", plain(split.labelNoise())));
    data.add(pair("normalize", plain(split.normalization().name().toLowerCase(Locale.ROOT))));
    data.add(pair("seed", plain(split.seed())));
    return mapping(data, FlowStyle.BLOCK);
  }

  private static Node network(NetworkPlan plan) {
    List<NodeTuple> network = new ArrayList<>();
    network.add(pair("network", text(plan.network())));
    network.add(pair("epochs", plain(plan.epochs())));
    network.add(pair("augment", text(plan.augment())));
    network.add(pair("optimizer", text(plan.optimizer())));
    network.add(pair("learningRate", plain(orWord(plan.learningRate(), "default"))));
    network.add(pair("schedule", text(plan.schedule())));
    network.add(pair("batch", plain(plan.batch())));
    return mapping(network, FlowStyle.BLOCK);
  }

  private static Node strategies(List<StrategyChoice> choices) {
    List<Node> rows = new ArrayList<>();
    for (StrategyChoice choice : choices) {
      List<NodeTuple> options = new ArrayList<>();
      choice.options().forEach((key, value) -> options.add(pair(key, plain(value))));
      Node id = text(choice.strategy());
      rows.add(
          options.isEmpty()
              ? id
              : mapping(
                  List.of(new NodeTuple(id, mapping(options, FlowStyle.FLOW))), FlowStyle.BLOCK));
    }
    return new SequenceNode(Tag.SEQ, rows, FlowStyle.BLOCK);
  }

  private static Object orWord(Optional<?> value, String word) {
    return value.isPresent() ? value.get() : word;
  }

  private static NodeTuple pair(String key, Node value) {
    return new NodeTuple(text(key), value);
  }

  private static Node mapping(List<NodeTuple> pairs, FlowStyle style) {
    return new MappingNode(Tag.MAP, pairs, style);
  }

  private static Node list(List<? extends Number> values) {
    List<Node> items = new ArrayList<>();
    values.forEach(value -> items.add(plain(value)));
    return new SequenceNode(Tag.SEQ, items, FlowStyle.FLOW);
  }

  /** A text, with quotes wherever it would be taken for something else. */
  private static Node text(String value) {
    return new ScalarNode(Tag.STR, value, null, null, ScalarStyle.PLAIN);
  }

  /** As it is, without quotes as far as the syntax allows: 1e-3 stays 1e-3. */
  private static Node plain(Object value) {
    String text = value.toString();
    Tag tag = new Resolver().resolve(NodeId.scalar, text, true);
    return new ScalarNode(
        tag.equals(Tag.NULL) ? Tag.STR : tag, text, null, null, ScalarStyle.PLAIN);
  }
}
