package org.kd4j.experiments.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.SafeTensors;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.BertDirectory;
import org.kd4j.core.store.FileStore;
import org.kd4j.core.store.Listing;
import org.kd4j.core.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** Lists, clears and exports the store of trained phases and teacher outputs. */
@Command(
    name = "store",
    header = "List, clear or export the store of trained phases and teacher outputs.",
    description = "",
    synopsisSubcommandLabel = "[list|clear|export]",
    commandListHeading = "%nCommands%n")
final class StoreCommand implements Callable<Integer> {
  /** How networks are written that may have been published under BERT's names. */
  private static final Pattern ENCODER = Pattern.compile("(transformer|bert):");

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

  @Command(
      name = "export",
      header = "Write the networks of a trained phase to a folder.",
      description =
          "%nFor the field's own tools: ROLE.last.safetensors, and ROLE.best of the epoch of highest"
              + " validation accuracy, hold all parameters by their paths; of a transformer there are"
              + " also folders ROLE.last and ROLE.best with config.json and model.safetensors, names"
              + " as BERT's are published, which bert:FOLDER reads.%n")
  int export(
      @Parameters(paramLabel = "KEY", description = "As 'kd store list' shows it.") String key,
      @Parameters(paramLabel = "DIR", description = "Made where it is not there.") String folder) {
    Path to = Application.path("DIR", folder);
    FileStore from = new FileStore(root(), application::say);
    List<Listing> phases =
        from.list().stream()
            .filter(e -> e.kind() == Store.Kind.PHASE && e.finished())
            .filter(e -> e.key().hex().startsWith(key))
            .toList();
    UsageException.require(
        phases.size() == 1,
        "%d trained phases of %s begin with '%s'; 'kd store list' shows all%s",
        phases.size(),
        from,
        key,
        phases.isEmpty() ? "" : ", write more of one");
    Map<String, ByteBuffer> files =
        from.find(Store.Kind.PHASE, phases.get(0).key())
            .orElseThrow(() -> new RunException("the phase " + key + " is no longer there"));
    files.forEach((name, bytes) -> export(name, bytes, to));
    return Errors.OK;
  }

  /** A network of an entry; what was measured, and adapters, are none. */
  private void export(String name, ByteBuffer bytes, Path to) {
    SafeTensors file = SafeTensors.decode(bytes.duplicate());
    String network = file.metadata().get("network");
    if (network == null || name.contains(".adapter.")) {
      return;
    }
    Path plain = to.resolve(name);
    try {
      Files.createDirectories(to);
      UsageException.require(Files.notExists(plain), "%s is there already", plain);
      byte[] all = new byte[bytes.remaining()];
      bytes.duplicate().get(all);
      Files.write(plain, all, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new RunException(plain + " cannot be written: " + e.getMessage(), e);
    }
    application.console().print(plain + ": " + network);
    // Only what BERT's names are for is read again: what a strategy put together, as simkd does, is
    // printed as what it is made of, which is no network's text.
    if (!ENCODER.matcher(network).lookingAt()) {
      return;
    }
    Architecture architecture = application.distillation().network(network);
    if (BertDirectory.takes(architecture)) {
      Path published = to.resolve(name.replaceFirst("\\.safetensors$", ""));
      BertDirectory.write(published, architecture, file.tensors());
      application.console().print(published + ": the same, as BERT's are published");
    }
  }

  private static String ago(Duration age) {
    long minutes = Math.max(0, age.toMinutes());
    if (minutes < 60) {
      return minutes + " min ago";
    }
    return minutes < 48 * 60 ? minutes / 60 + " h ago" : minutes / (24 * 60) + " days ago";
  }
}
