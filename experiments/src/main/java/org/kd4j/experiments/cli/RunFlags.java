package org.kd4j.experiments.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.store.FileStore;
import org.kd4j.experiments.study.RunSettings;
import picocli.CommandLine.Option;

/** Where and how a study runs, in flags: {@link RunSettings}. */
final class RunFlags {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where named sets lie, a folder each. Default: KD_DATA.")
  @Nullable String dataDirectory;

  @Option(names = "--download", description = "Fetch a named set that is missing.")
  boolean download;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description =
          "Where trained phases are kept and found again. Default: KD_STORE, else kd4j in your cache folder.")
  @Nullable String store;

  @Option(names = "--no-store", description = "Train everything, keep nothing.")
  boolean noStore;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Trials, or phases of one, at a time; a thread each. Default: the cores there are.")
  @Nullable String workers;

  @Option(names = "--device", paramLabel = "D", description = "cpu, gpu or gpu1. Default: cpu.")
  @Nullable String device;

  @Option(names = "--no-native-tuning", description = "Leave the native libraries as they are.")
  boolean noNativeTuning;

  /** The settings these flags say. */
  RunSettings settings(Application application) {
    return settings(application, Map.of());
  }

  /**
   * The settings these flags say, and where they say nothing those of a run that was.
   *
   * @param recorded by {@link #record}; empty where there was none
   */
  RunSettings settings(Application application, Map<String, String> recorded) {
    UsageException.require(
        store == null || !noStore, "--store and --no-store are both given; keep one");
    Optional<Path> data =
        Optional.ofNullable(dataDirectory)
            .or(() -> Optional.ofNullable(recorded.get("dataDirectory")))
            .map(text -> Application.path("--data-dir", text));
    return new RunSettings(
        data,
        download,
        store(application, recorded),
        workers(recorded),
        device != null ? device : recorded.getOrDefault("device", "cpu"),
        !noNativeTuning && !recorded.getOrDefault("nativeTuning", "true").equals("false"));
  }

  private Optional<Path> store(Application application, Map<String, String> recorded) {
    if (noStore || store == null && recorded.getOrDefault("store", "").equals("none")) {
      return Optional.empty();
    }
    String named = store != null ? store : recorded.get("store");
    return Optional.of(
        named != null
            ? Application.path("--store", named)
            : FileStore.defaultRoot(application.environment()));
  }

  private int workers(Map<String, String> recorded) {
    String text = workers != null ? workers : recorded.get("workers");
    if (text == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    UsageException.require(
        text.matches("[1-9]\\d{0,3}"),
        "--workers: '%s' is no number of threads; write a whole number from 1 to 9999",
        text);
    return Integer.parseInt(text);
  }

  /** Settings as text, for a run's record. */
  static SortedMap<String, String> record(RunSettings settings) {
    SortedMap<String, String> texts = new TreeMap<>();
    settings
        .dataDirectory()
        .ifPresent(dir -> texts.put("dataDirectory", dir.toAbsolutePath().toString()));
    texts.put("store", settings.store().map(s -> s.toAbsolutePath().toString()).orElse("none"));
    texts.put("workers", String.valueOf(settings.workers()));
    texts.put("device", settings.device());
    texts.put("nativeTuning", String.valueOf(settings.nativeTuning()));
    return texts;
  }
}
