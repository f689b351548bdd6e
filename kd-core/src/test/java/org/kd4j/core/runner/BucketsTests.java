package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kd4j.core.base.Draws;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Phrases;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.TextBuilder;
import org.kd4j.core.data.TextSamples;
import org.kd4j.core.data.Vocabulary;
import org.kd4j.core.evaluation.Predictions;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.network.Transformer;
import org.kd4j.core.objective.Objective;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.SoftTargets;
import org.kd4j.core.objective.Target;
import org.kd4j.core.objective.Weighted;
import org.kd4j.core.optimizer.AdamW;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.phase.PhaseResult;
import org.kd4j.core.phase.Training;
import org.kd4j.core.schedule.Schedule;
import org.kd4j.core.store.MemoryStore;
import org.kd4j.core.store.Store;
import org.kd4j.core.strategy.Recipe;
import org.kd4j.core.strategy.Task;
import org.kd4j.core.testkit.TinyTask;

/** Text in batches of like length: nothing but the padding may differ. */
class BucketsTests {
  private static final int BATCH = 16;
  private static final Task TASK = task();

  @Test
  void anEpochReadsEveryRowOnceInBatchesOfLikeLength() {
    TextSamples texts = texts("train", 1000);
    int[] plain = new Draws(1).permutation(1000);
    int[] order = Buckets.arrange(plain.clone(), texts, BATCH, new Draws(2));
    assertThat(IntStream.of(order).sorted().toArray())
        .isEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(padded(texts, order)).isLessThan(padded(texts, plain) / 2);
    // The last 8 rows make no batch: they stay what the permutation made of them.
    assertThat(Arrays.copyOfRange(order, 992, 1000))
        .isEqualTo(Arrays.copyOfRange(plain, 992, 1000));
  }

  @Test
  void batchesComeInAnOrderOfTheEpochsOwn() {
    TextSamples texts = texts("train", 400);
    int[] order = arranged(texts, 1, 2);
    assertThat(arranged(texts, 1, 2)).isEqualTo(order);
    assertThat(arranged(texts, 1, 3)).isNotEqualTo(order);
    assertThat(arranged(texts, 2, 2)).isNotEqualTo(order);
    int[] lengths =
        IntStream.range(0, 400 / BATCH).map(b -> texts.length(order[b * BATCH])).toArray();
    assertThat(lengths).isNotEqualTo(IntStream.of(lengths).sorted().toArray());
  }

  @Test
  void samplesOfOneLengthStayAsTheyAre() {
    Samples images = TinyTask.samples("images", 100, 1);
    int[] plain = new Draws(1).permutation(100);
    assertThat(Buckets.arrange(plain.clone(), images, BATCH, new Draws(2))).isEqualTo(plain);
    assertThat(Buckets.byLength(images)).isEqualTo(IntStream.range(0, 100).toArray());
  }

  @Test
  void predictionsStandInTheOrderOfTheirRows() {
    TextSamples some = texts("test", 70);
    Session session = new Session(TASK, 1, context(new MemoryStore()));
    Predictions all = session.predict(session.teacher(), some);
    TextSamples one = some.subset("one", new int[] {41});
    Predictions alone = session.predict(session.teacher(), one);
    assertThat(alone.logits()[0]).isCloseTo(all.logits()[82], within(1e-5f));
    assertThat(alone.logits()[1]).isCloseTo(all.logits()[83], within(1e-5f));
    assertThat(alone.logits()[0]).isNotCloseTo(all.logits()[80], within(1e-5f));
  }

  /** Stored, they are computed in other batches than the student's, and padded otherwise. */
  @Test
  void aTeachersStoredOutputsAreThoseOfTheirRows() {
    Session session = new Session(TASK, 1, context(new MemoryStore()));
    double stored = softLoss(session, 512);
    assertThat(stored).isPositive().isCloseTo(softLoss(session, 0), within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void whatIsKilledWithinAnEpochGoesOnBitForBit(int checkpoint) {
    PhaseResult whole = train(new MemoryStore());
    MemoryStore kept = new MemoryStore();
    assertThatThrownBy(() -> train(new DyingStore(kept, checkpoint)))
        .isInstanceOf(DyingStore.Killed.class);
    assertThat(train(kept).history()).isEqualTo(whole.history());
  }

  /** Two epochs of thirteen steps with a checkpoint after every fifth. */
  private static PhaseResult train(Store store) {
    Session session = new Session(TASK, 1, context(store));
    return session.run(TASK.phase("plain", TASK.freshStudent(), Objective.hard(1)));
  }

  /** The mean divergence from the teacher in the first epoch. */
  private static double softLoss(Session session, int cacheMegabytes) {
    Objective soft =
        new Objective(
            List.of(
                new Weighted(
                    "soft", Schedule.constant(1), new SoftTargets(Target.of(Role.TEACHER), 2))));
    Phase phase =
        TASK.phase("soft", TASK.freshStudent(), soft, new Guide(Role.TEACHER, session.teacher()));
    return session
        .run(phase.withFeed(phase.feed().withCache(cacheMegabytes)))
        .history()
        .get(0)
        .of("student", "soft");
  }

  private static RunContext context(Store store) {
    return TinyTask.context(store);
  }

  private static int[] arranged(TextSamples texts, long order, long batches) {
    int[] rows = new Draws(order).permutation(texts.size());
    return Buckets.arrange(rows, texts, BATCH, new Draws(batches));
  }

  /** Tokens of padding in an epoch's full batches. */
  private static int padded(TextSamples texts, int[] order) {
    int padded = 0;
    for (int from = 0; from + BATCH <= order.length; from += BATCH) {
      int[] lengths = IntStream.of(order).skip(from).limit(BATCH).map(texts::length).toArray();
      padded += BATCH * IntStream.of(lengths).max().orElseThrow() - IntStream.of(lengths).sum();
    }
    return padded;
  }

  private static Task task() {
    TextSamples train = texts("train", 200);
    Recipe recipe =
        new Recipe(
            new Training(2, BATCH, 5), AdamW.of(Schedule.constant(0.003f)), Augmentation.NONE);
    return new Task(
        "phrases",
        train,
        train,
        Optional.of(texts("validation", 60)),
        NetworkSpec.of(new Transformer(1, 16, 2, 32, 0.1f, 0), train.shape(), 2),
        NetworkSpec.of(new Transformer(1, 8, 1, 16, 0.1f, 0), train.shape(), 2),
        recipe,
        recipe);
  }

  private static TextSamples texts(String split, int count) {
    Vocabulary vocabulary = Phrases.vocabulary();
    Phrases phrases = new Phrases(0);
    TextBuilder texts = new TextBuilder(vocabulary, Phrases.LENGTH);
    for (int i = 0; i < count; i++) {
      texts.add(
          Arrays.stream(phrases.sentence(split, i).split(" ")).mapToInt(vocabulary::id).toArray(),
          phrases.label(i));
    }
    return texts.build("phrases/" + split, 2);
  }
}
