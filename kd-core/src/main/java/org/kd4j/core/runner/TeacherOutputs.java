package org.kd4j.core.runner;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.kd4j.core.base.Canonical;
import org.kd4j.core.base.CodeHash;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Samples;
import org.kd4j.core.network.TappedBlock;
import org.kd4j.core.objective.Role;
import org.kd4j.core.objective.TapRef;
import org.kd4j.core.phase.Feed;
import org.kd4j.core.phase.Guide;
import org.kd4j.core.phase.Knowledge;
import org.kd4j.core.phase.Learner;
import org.kd4j.core.phase.Phase;
import org.kd4j.core.store.Store;

/**
 * What guides say of all samples, computed once where inputs repeat from epoch to epoch, up to a
 * size: the taps that are read; of texts their logits alone. Logits alone are kept in the store as
 * well, features for the phase. Whether they are used follows from the phase alone, never from free
 * memory, because they decide bits.
 */
public final class TeacherOutputs {
  private record Key(
      Knowledge who,
      Samples samples,
      Augmentation augmentation,
      int replica,
      String stream,
      long seed,
      List<String> environment) {}

  private TeacherOutputs() {}

  /**
   * Whether a guide of a phase is read from kept outputs.
   *
   * @param shapes of a sample at each of its taps
   */
  static boolean eligible(Phase phase, Guide guide, Map<String, Shape> shapes) {
    Feed feed = phase.feed();
    int sets = feed.distinctInputs();
    Map<String, Shape> read = read(phase, guide.role(), shapes);
    long numbers = read.values().stream().mapToLong(Shape::size).sum();
    return sets > 0
        && Float.BYTES * numbers * feed.samples().size() * sets
            <= feed.cacheMegabytes() * 1_000_000L
        // features of a text are as long as the longest text of its batch
        && (read.size() == 1 || !guide.knowledge().spec().readsText());
  }

  /** The logits, and those taps of somebody that terms read. */
  private static Map<String, Shape> read(Phase phase, Role role, Map<String, Shape> shapes) {
    Map<String, Shape> read = new LinkedHashMap<>();
    read.put(TappedBlock.LOGITS, shapes.get(TappedBlock.LOGITS));
    for (Learner learner : phase.learners()) {
      for (TapRef tap : learner.objective().needs().taps()) {
        if (tap.role().equals(role)) {
          read.put(tap.tap(), shapes.get(tap.tap()));
        }
      }
    }
    return read;
  }

  /**
   * Bytes a store takes for what a guide says of a phase's samples: of logits alone, where they are
   * kept and not worked out at each step.
   */
  public static long storedBytes(Phase phase, Guide guide) {
    Map<String, Shape> shapes = guide.knowledge().spec().taps();
    if (!eligible(phase, guide, shapes) || read(phase, guide.role(), shapes).size() > 1) {
      return 0;
    }
    Feed feed = phase.feed();
    long numbers = (long) feed.samples().size() * guide.knowledge().spec().classes();
    return Float.BYTES * numbers * feed.distinctInputs();
  }

  /**
   * What a guide says of all samples, for each distinct set of inputs.
   *
   * @param check that the guide is untouched, before its outputs are published
   * @param store where logits are kept
   * @param draws of the augmentation, by replica
   * @param took is told how many nanoseconds each set took that was worked out, and not read
   */
  static List<KeptOutputs> of(
      Phase phase,
      Guide guide,
      Knowledge.Live live,
      Runnable check,
      Samples.Rows rows,
      NDManager base,
      Store store,
      long seed,
      List<String> environment,
      IntFunction<Draws> draws,
      LongConsumer took) {
    Feed feed = phase.feed();
    boolean fixed = feed.augmentation() instanceof Augmentation.None;
    int n = feed.samples().size();
    int classes = guide.knowledge().spec().classes();
    Map<String, Shape> read = read(phase, guide.role(), live.taps());
    List<KeptOutputs> sets = new ArrayList<>();
    for (int r = 0; r < feed.distinctInputs(); r++) {
      int replica = r;
      if (read.size() > 1) {
        KeptOutputs features = KeptOutputs.room(base, n, read);
        long began = System.nanoTime();
        Predictor.each(
            live::forward,
            feed.samples(),
            rows,
            base,
            feed.augmentation(),
            draws.apply(replica),
            (said, some, count) -> features.put(said, some[0])); // in their order
        took.accept(System.nanoTime() - began);
        sets.add(features);
        continue;
      }
      Key key =
          new Key(
              guide.knowledge(),
              feed.samples(),
              feed.augmentation(),
              r,
              fixed ? "" : feed.stream(),
              fixed ? 0 : seed,
              environment);
      Supplier<float[]> compute =
          () -> {
            long began = System.nanoTime();
            float[] logits =
                Predictor.logits(
                    live::forward,
                    feed.samples(),
                    rows,
                    classes,
                    base,
                    feed.augmentation(),
                    draws.apply(replica));
            took.accept(System.nanoTime() - began);
            check.run(); // before anyone can read what a guide said that does not hold still
            return logits;
          };
      float[] logits =
          stored(
              store, key, guide.knowledge() + " on " + feed.samples().name(), compute, n, classes);
      sets.add(KeptOutputs.ofLogits(base, logits, n, classes));
    }
    return sets;
  }

  private static float[] stored(
      Store store, Key key, String label, Supplier<float[]> compute, int n, int classes) {
    Canonical form = Canonical.of(key);
    if (form.obstacle().or(() -> CodeHash.obstacle(form.types())).isPresent()) {
      return compute.get();
    }
    Fingerprint print = Fingerprint.ofText(form.text() + CodeHash.of(form.types()));
    Optional<float[]> known = read(store, print);
    if (known.isPresent()) {
      return known.get();
    }
    return store.alone(
        Store.Kind.OUTPUTS,
        print,
        () ->
            read(store, print)
                .orElseGet(() -> publish(store, print, label, compute.get(), n, classes)));
  }

  private static float[] publish(
      Store store, Fingerprint print, String label, float[] logits, int n, int classes) {
    SortedMap<String, SafeTensors.Tensor> tensors = new TreeMap<>();
    tensors.put(TappedBlock.LOGITS, new SafeTensors.Tensor(new long[] {n, classes}, logits));
    SafeTensors file = new SafeTensors(tensors, new TreeMap<>());
    store.publish(Store.Kind.OUTPUTS, print, label, Map.of("outputs.safetensors", file.encode()));
    return logits;
  }

  private static Optional<float[]> read(Store store, Fingerprint print) {
    return store
        .find(Store.Kind.OUTPUTS, print)
        .map(
            files ->
                SafeTensors.decode(files.get("outputs.safetensors"))
                    .values()
                    .get(TappedBlock.LOGITS));
  }
}
