package org.kd4j.experiments.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command all others hang on; alone it says what to try. */
@Command(
    name = "kd",
    header = "kd4j: knowledge distillation, compared honestly.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Kd.Version.class,
    optionListHeading = "%nOptions%n",
    commandListHeading = "%nCommands%n")
final class Kd implements Callable<Integer> {
  /** First words that no command follows. */
  private static final Set<String> ALONE = Set.of("", "-V", "--version");

  private final Application application;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  boolean version;

  private Kd(Application application) {
    this.application = application;
  }

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print results and errors only.")
  void quiet(boolean on) {
    application.quiet(on);
  }

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Say more; show where errors come from.")
  void verbose(boolean on) {
    application.verbose(on);
    Logging.verbose(on);
  }

  /** The version of this build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"kd4j " + text()};
    }

    static String text() {
      @Nullable String version = Kd.class.getPackage().getImplementationVersion();
      return version == null ? "not packaged" : version;
    }
  }

  @Override
  public Integer call() {
    Console console = application.console();
    console.print("kd4j " + Version.text() + ": knowledge distillation, compared honestly.");
    console.print("");
    console.print("Three commands to try:");
    console.print("  kd compare          distil into a small student, beside training it alone");
    console.print("  kd strategies       what there is to compare");
    console.print("  kd compare --help   your data, your networks, your options");
    return Errors.OK;
  }

  /** All commands, on an application. */
  static CommandLine commandLine(Application application) {
    return commandLine(application, "--help");
  }

  /** As many commands as a line that begins with a word can need: making all takes a while. */
  private static CommandLine commandLine(Application application, String first) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("compare", () -> new Compare(application));
    commands.put("run", () -> new Run(application));
    commands.put("plan", () -> new Plan(application));
    commands.put("strategies", () -> new Strategies(application));
    commands.put("experiments", () -> new Experiments(application));
    commands.put("resume", () -> new Resume(application));
    commands.put("report", () -> new Report(application));
    commands.put("diff", () -> new Diff(application));
    commands.put("reproduce", () -> new Reproduce(application));
    commands.put("store", () -> new StoreCommand(application));
    commands.put(
        "bench",
        () ->
            new CommandLine(new Bench())
                .addSubcommand("step", new BenchStep(application))
                .addSubcommand("study", new BenchStudy(application)));
    commands.put("doctor", () -> new Doctor(application));
    commands.put("check-loss", () -> new CheckLoss(application));
    commands.put("check-encoder", () -> new CheckEncoder(application));
    commands.put("new-family", () -> new NewFamily(application));
    commands.put("jshell", () -> new JShellCommand(application));
    if (commands.containsKey(first)) {
      commands.keySet().retainAll(List.of(first));
    } else if (ALONE.contains(first)) {
      commands.clear();
    }
    CommandLine kd = new CommandLine(new Kd(application));
    commands.forEach((name, command) -> kd.addSubcommand(name, command.get()));
    kd.setOut(application.console().out());
    kd.setErr(application.console().err());
    kd.setUsageHelpLongOptionsMaxWidth(26);
    kd.setUsageHelpWidth(Math.min(100, application.console().width()));
    kd.setColorScheme(
        Help.defaultColorScheme(application.console().coloured() ? Help.Ansi.ON : Help.Ansi.OFF));
    kd.setCaseInsensitiveEnumValuesAllowed(true);
    kd.setParameterExceptionHandler(
        (error, arguments) -> Errors.refuse(error, List.of(arguments), application.console()));
    kd.setExecutionExceptionHandler((error, command, parsed) -> Errors.report(error, application));
    return kd;
  }

  /** Runs a command line. */
  static int execute(Application application, String... arguments) {
    List<String> words = new ArrayList<>(List.of("kd"));
    words.addAll(List.of(arguments));
    application.commandLine(words);
    try {
      String first = arguments.length == 0 ? "" : arguments[0];
      return commandLine(application, first).execute(arguments);
    } catch (OutOfMemoryError | LinkageError | StackOverflowError | AssertionError error) {
      return Errors.report(error, application);
    }
  }
}
