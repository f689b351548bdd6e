package org.kd4j.experiments.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.store.FileStore;
import org.kd4j.core.store.Listing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Lists and clears the store of trained phases and teacher outputs. */
@Command(
    name = "store",
    header = "List or clear the store of trained phases and teacher outputs.",
    description = "",
    synopsisSubcommandLabel = "[list|clear]",
    commandListHeading = "%nCommands%n")
final class StoreCommand implements Callable<Integer> {
  private final Application application;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Its folder. Default: KD_STORE, else kd4j in your cache folder.")
  @Nullable String store;

  StoreCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    return list();
  }

  private Path root() {
    return store != null
        ? Application.path("--store", store)
        : FileStore.defaultRoot(application.environment());
  }

  @Command(name = "list", header = "List what is in it, the last used first.", description = "")
  int list() {
    Console console = application.console();
    Path root = root();
    if (!Files.isDirectory(root)) {
      console.print("Nothing is stored: there is no folder " + root + " yet.");
      return Errors.OK;
    }
    List<Listing> entries = new FileStore(root, application::say).list();
    List<List<String>> rows = new ArrayList<>();
    Instant now = Instant.now();
    for (Listing entry : entries) {
      rows.add(
          List.of(
              entry.key().brief(),
              entry.kind().name().toLowerCase(Locale.ROOT)
                  + (entry.finished() ? "" : ", unfinished"),
              Words.bytes(entry.bytes()),
              ago(Duration.between(entry.used(), now)),
              entry.label()));
    }
    Words.columns(rows).forEach(console::print);
    long bytes = entries.stream().mapToLong(Listing::bytes).sum();
    console.print(
        entries.size()
            + (entries.size() == 1 ? " entry, " : " entries, ")
            + Words.bytes(bytes)
            + " in "
            + root);
    return Errors.OK;
  }

  @Command(
      name = "clear",
      header = "Remove all that nobody works on; it will be trained again.",
      description = "")
  int clear() {
    Path root = root();
    long freed =
        Files.isDirectory(root) ? new FileStore(root, application::say).clear(entry -> true) : 0;
    application.console().print("Freed " + Words.bytes(freed) + " in " + root);
    return Errors.OK;
  }

  private static String ago(Duration age) {
    long minutes = Math.max(0, age.toMinutes());
    if (minutes < 60) {
      return minutes + " min ago";
    }
    return minutes < 48 * 60 ? minutes / 60 + " h ago" : minutes / (24 * 60) + " days ago";
  }
}
