package org.kd4j.core.testkit;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Normalization;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.TextBuilder;
import org.kd4j.core.data.TextSamples;
import org.kd4j.core.data.Vocabulary;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Transformer;
import org.kd4j.core.optimizer.Adam;
import org.kd4j.core.phase.Training;
import org.kd4j.core.runner.RunContext;
import org.kd4j.core.runner.RunListener;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;

/**
 * Six by six images of three noisy shapes, or short texts, and networks that learn them in a
 * moment.
 */
public final class TinyTask {
  private static final int SIDE = 6;
  private static final int CLASSES = 3;
  private static final List<String> TOPICS = List.of("bars", "dots");
  private static final List<String> NOISE =
      List.of("a", "of", "the", "in", "on", "and", "or", "by");
  private static final Vocabulary WORDS =
      Vocabulary.ofWords(Stream.concat(TOPICS.stream(), NOISE.stream()).toList());

  private TinyTask() {}

  /**
   * Bright bars (vertical, horizontal, diagonal) at two places, in noise that keeps some ambiguous.
   */
  public static ArraySamples samples(String name, int size, long seed) {
    byte[] pixels = new byte[size * SIDE * SIDE];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      Draws draws = Draws.of(seed, "tiny", name, i);
      labels[i] = i % CLASSES;
      int place = 2 * draws.below(0, 2);
      for (int p = 0; p < SIDE * SIDE; p++) {
        int row = p / SIDE;
        int column = p % SIDE;
        boolean ink =
            switch (labels[i]) {
              case 0 -> column == place;
              case 1 -> row == place;
              default -> (row + place) % SIDE == column;
            };
        double value = (ink ? 110 : 40) + 45 * draws.gaussian(p + 1);
        pixels[i * SIDE * SIDE + p] = (byte) Math.max(0, Math.min(255, (int) value));
      }
    }
    return ArraySamples.ofBytes(
        name, new Shape(1, SIDE, SIDE), CLASSES, pixels, labels, Normalization.by(255));
  }

  /** The same task with another transfer set. */
  public static Task withTransfer(Task task, Samples transfer) {
    return new Task(
        task.name(),
        task.train(),
        transfer,
        task.validation(),
        task.teacher(),
        task.student(),
        task.teacherRecipe(),
        task.recipe());
  }

  /** A task of a few steps: teacher 24-24 with dropout, student 8. */
  public static Task task(int epochs) {
    return task(epochs, new Mlp(List.of(24, 24), 0.2f, 0), new Mlp(List.of(8), 0, 0));
  }

  /** The same with networks that have feature maps: a teacher twice as deep as the student. */
  public static Task convolutional(int epochs) {
    return task(epochs, new TinyCnn(List.of(8, 12), 2), new TinyCnn(List.of(8, 12), 1));
  }

  /** Texts of two to six words; half of them or so name one of two topics, the class. */
  public static TextSamples texts(String name, int size, long seed) {
    TextBuilder texts = new TextBuilder(WORDS, 8);
    for (int i = 0; i < size; i++) {
      Draws draws = Draws.of(seed, "tiny texts", name, i);
      int label = i % TOPICS.size();
      int topic = WORDS.id(TOPICS.get(label));
      int[] words = new int[2 + draws.below(0, 5)];
      for (int w = 0; w < words.length; w++) {
        int noise = WORDS.id(NOISE.get(draws.below(2 * w + 1, NOISE.size())));
        words[w] = draws.uniform(2 * w + 2) < 0.5 ? topic : noise;
      }
      words[draws.below(20, words.length)] = topic;
      texts.add(words, label);
    }
    return texts.build(name, TOPICS.size());
  }

  /** Short texts, and encoders of them: a teacher twice as deep as the student. */
  public static Task text(int epochs) {
    return text(epochs, new Transformer(4, 12, 2, 24, 0, 0), new Transformer(2, 12, 2, 24, 0, 0));
  }

  /** Short texts and other networks. */
  public static Task text(int epochs, Architecture teacher, Architecture student) {
    return task(
        epochs, texts("tiny/texts", 300, 1), texts("tiny/validation", 150, 2), teacher, student);
  }

  /** The same with other networks. */
  public static Task task(int epochs, Architecture teacher, Architecture student) {
    return task(
        epochs,
        samples("tiny/train", 300, 1),
        samples("tiny/validation", 150, 2),
        teacher,
        student);
  }

  private static Task task(
      int epochs, Samples train, Samples validation, Architecture teacher, Architecture student) {
    Recipe recipe =
        new Recipe(Training.of(epochs, 50), Adam.of(Schedule.cosine(0.01f)), Augmentation.NONE);
    return new Task(
        "tiny",
        train,
        train,
        Optional.of(validation),
        NetworkSpec.of(teacher, train.shape(), train.classes()),
        NetworkSpec.of(student, train.shape(), train.classes()),
        recipe,
        recipe);
  }

  /** Runs on the CPU, kept in memory. */
  public static RunContext context() {
    return context(new MemoryStore());
  }

  /** Runs on the CPU with a store. */
  public static RunContext context(Store store) {
    Engines.start(EngineSettings.defaults());
    return new RunContext(
        store, Device.cpu(), List.of("test"), OptionalLong.empty(), RunListener.NONE);
  }
}
