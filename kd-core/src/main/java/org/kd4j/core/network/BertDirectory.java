package org.kd4j.core.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.Fingerprinted;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.base.UsageException;

/**
 * Published BERT weights: a directory with {@code config.json} and {@code model.safetensors}, the
 * tensors under their usual names, with or without {@code bert.} before them, scales and shifts
 * also under their former names {@code gamma} and {@code beta}; 16-bit floats are converted. A
 * value: its fingerprint is a hash of both files. The values themselves are read when a network
 * begins with them.
 */
public final class BertDirectory implements Fingerprinted {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";

  private final Path directory;
  private final BertConfig config;
  private final Fingerprint fingerprint;
  private final OptionalInt classes;
  private final FileTime changed;

  /** By path of ours, as the file calls them. */
  private final Map<String, String> names = new HashMap<>();

  private BertDirectory(Path directory) throws IOException {
    this.directory = directory;
    byte[] described = Files.readAllBytes(directory.resolve(CONFIG));
    this.config = BertConfig.read(directory.resolve(CONFIG).toString(), described);
    this.changed = Files.getLastModifiedTime(directory.resolve(WEIGHTS));
    ByteBuffer bytes = mapped();
    this.fingerprint = Fingerprint.ofBytes(ByteBuffer.wrap(described), bytes);
    this.classes = match(listed(bytes));
  }

  /**
   * Reads what a directory holds, but not its weights.
   *
   * @param directory with both files
   * @return its content
   * @throws UsageException for a directory without them, another network's config, and tensors that
   *     are missing, not expected or of another shape, all of them in one message
   */
  public static BertDirectory read(Path directory) {
    UsageException.require(Files.isDirectory(directory), "There is no directory %s", directory);
    for (String file : List.of(CONFIG, WEIGHTS)) {
      UsageException.require(
          Files.isRegularFile(directory.resolve(file)),
          "%s has no %s; published weights are a directory with %s and %s",
          directory,
          file,
          CONFIG,
          WEIGHTS);
    }
    try {
      return new BertDirectory(directory);
    } catch (IOException e) {
      throw new UsageException(directory + " cannot be read: " + e.getMessage(), e);
    }
  }

  private ByteBuffer mapped() throws IOException {
    try (FileChannel file = FileChannel.open(directory.resolve(WEIGHTS), StandardOpenOption.READ)) {
      UsageException.require(
          file.size() <= Integer.MAX_VALUE,
          "%s is larger than 2 GB, which is not read",
          directory.resolve(WEIGHTS));
      return file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
    }
  }

  private SortedMap<String, SafeTensors.Stored> listed(ByteBuffer bytes) {
    try {
      return SafeTensors.read(bytes).tensors();
    } catch (IllegalArgumentException e) {
      throw new UsageException(directory.resolve(WEIGHTS) + ": " + e.getMessage(), e);
    }
  }

  /** Finds each parameter's tensor; gives the classes of the classifier, where there is one. */
  private OptionalInt match(SortedMap<String, SafeTensors.Stored> tensors) {
    List<String> wrong = new ArrayList<>();
    Map<String, String> given = new TreeMap<>();
    tensors
        .keySet()
        .forEach(
            name -> {
              String today = BertNames.today(name);
              if (!BertNames.passedOver(today) && given.put(today, name) != null) {
                wrong.add("twice: " + today);
              }
            });
    boolean head = given.keySet().stream().anyMatch(n -> n.startsWith(BertNames.CLASSIFIER));
    String top = given.get(BertNames.CLASSIFIER + "weight");
    int labels =
        top == null || tensors.get(top).shape().length == 0 ? 2 : (int) tensors.get(top).shape()[0];
    BertNames.of(config.encoder(), config.vocabulary(), config.positions(), labels)
        .forEach(
            (path, wanted) -> {
              if (!head && wanted.name().startsWith(BertNames.CLASSIFIER)) {
                return;
              }
              String name = given.remove(wanted.name());
              if (name == null) {
                wrong.add("missing: " + wanted.name() + " " + Arrays.toString(wanted.shape()));
                return;
              }
              names.put(path, name);
              SafeTensors.Stored found = tensors.get(name);
              if (!Arrays.equals(found.shape(), wanted.shape())) {
                wrong.add(
                    "shape: "
                        + name
                        + " is "
                        + Arrays.toString(found.shape())
                        + ", must be "
                        + Arrays.toString(wanted.shape()));
              }
              if (!found.readable()) {
                wrong.add("type: " + name + " is " + found.type());
              }
            });
    given.values().forEach(name -> wrong.add("not expected: " + name));
    UsageException.require(
        wrong.isEmpty(),
        "%s does not hold the network %s describes:\n  %s",
        directory.resolve(WEIGHTS),
        CONFIG,
        String.join("\n  ", wrong));
    return head ? OptionalInt.of(labels) : OptionalInt.empty();
  }

  /** The encoder it describes. */
  public Transformer encoder() {
    return config.encoder();
  }

  /** Number of tokens it embeds. */
  public int vocabulary() {
    return config.vocabulary();
  }

  /** Classes of its classifier; empty = it has none. */
  public OptionalInt classes() {
    return classes;
  }

  /** Where it lies. */
  public Path path() {
    return directory;
  }

  /** Values of a parameter of the {@linkplain #encoder() encoder}, by its path. */
  float[] values(String path) {
    try {
      UsageException.require(
          Files.getLastModifiedTime(directory.resolve(WEIGHTS)).equals(changed),
          "%s was changed meanwhile; begin again",
          directory.resolve(WEIGHTS));
      return listed(mapped()).get(names.get(path)).values();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Saves a trained encoder as published weights are, for the field's own tools and for {@code
   * bert:DIR}.
   *
   * @param directory made where it does not exist; must not hold weights already
   * @param spec the network: a {@link Transformer}, or a {@link Bert} that was trained further
   * @param weights of all its parameters, by path
   */
  public static void write(Path directory, NetworkSpec spec, Map<String, float[]> weights) {
    Transformer encoder = encoder(spec.architecture());
    UsageException.require(
        encoder != null,
        "only a transformer's weights have names that are usual, was %s",
        spec.architecture());
    int vocabulary = Math.toIntExact(spec.inputShape().get(1));
    int positions =
        encoder.positions() > 0 ? encoder.positions() : Math.toIntExact(spec.inputShape().get(0));
    SortedMap<String, SafeTensors.Tensor> tensors = new TreeMap<>();
    BertNames.of(encoder, vocabulary, positions, spec.classes())
        .forEach(
            (path, published) -> {
              String name = published.name();
              tensors.put(
                  name.startsWith(BertNames.CLASSIFIER) ? name : BertNames.PREFIX + name,
                  new SafeTensors.Tensor(published.shape(), weights.get(path)));
            });
    byte[] config =
        new BertConfig(
                vocabulary,
                encoder.width(),
                encoder.layers(),
                encoder.heads(),
                encoder.ffn(),
                positions,
                encoder.dropout())
            .written(spec.classes());
    SafeTensors file = new SafeTensors(tensors, new TreeMap<>(Map.of("format", "pt")));
    try {
      Files.createDirectories(directory);
      UsageException.require(
          Files.notExists(directory.resolve(WEIGHTS)) && Files.notExists(directory.resolve(CONFIG)),
          "%s holds weights already; name another directory",
          directory);
      try (FileChannel out =
          FileChannel.open(
              directory.resolve(WEIGHTS),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = file.encode();
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      Files.write(directory.resolve(CONFIG), config, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new UsageException(directory + " cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * The same for weights of which the shapes tell the rest: vocabulary, positions and classes.
   *
   * @param directory made where it does not exist; must not hold weights already
   * @param architecture a {@link Transformer}, or a {@link Bert} that was trained further
   * @param weights of all its parameters, by path
   */
  public static void write(
      Path directory, Architecture architecture, SortedMap<String, SafeTensors.Tensor> weights) {
    long vocabulary = weights.get(BertNames.TOKENS).shape()[0];
    long positions = weights.get(BertNames.POSITIONS).shape()[0];
    int classes = Math.toIntExact(weights.get(BertNames.LOGITS).shape()[0]);
    SortedMap<String, float[]> values = new TreeMap<>();
    weights.forEach((path, tensor) -> values.put(path, tensor.values()));
    write(
        directory, new NetworkSpec(architecture, List.of(positions, vocabulary), classes), values);
  }

  /** Whether a network's weights have names that are usual. */
  public static boolean takes(Architecture architecture) {
    return encoder(architecture) != null;
  }

  private static @Nullable Transformer encoder(Architecture architecture) {
    return architecture instanceof Bert bert
        ? bert.encoder()
        : architecture instanceof Transformer own ? own : null;
  }

  @Override
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BertDirectory o && fingerprint.equals(o.fingerprint);
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
