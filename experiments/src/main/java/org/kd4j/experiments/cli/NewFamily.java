package org.kd4j.experiments.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.kd4j.core.base.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a family module outside the tree: a strategy that works, its tests, how to build it. */
@Command(
    name = "new-family",
    header = "Begin a family of your own: a Maven module with a strategy that works.",
    description =
        "%nThe module builds against the installed kd4j ('mvn install -DskipTests' in its folder),"
            + " its tests run the contract suite, and its jar brings the strategy when it lies in"
            + " the plugins folder.%n",
    footer = {"", "Example", "  kd new-family gentle ../gentle --package org.example.gentle"},
    sortOptions = false)
final class NewFamily implements Callable<Integer> {
  private final Application application;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "Of the strategy: lower-case words with hyphens.")
  String id = "";

  @Parameters(index = "1", paramLabel = "DIR", description = "Where; absent or empty.")
  String directory = "";

  @Option(
      names = "--package",
      paramLabel = "P",
      description = "Of its classes. Default: org.example.NAME.")
  String packageName = "";

  NewFamily(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    UsageException.require(
        id.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"),
        "'%s' is no name of a strategy; write lower-case words with hyphens, as in logit-matching",
        id);
    UsageException.require(
        !application.distillation().strategies().ids().contains(id),
        "there is a strategy '%s' already; choose another name",
        id);
    String of = packageName.isEmpty() ? "org.example." + id.replace("-", "") : packageName;
    UsageException.require(
        of.matches("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)*"), "'%s' is no package name", of);
    Path root = empty();
    String name = camel();
    String folder = of.replace('.', '/');
    Map<String, String> files = new LinkedHashMap<>();
    files.put("pom.xml", "pom.xml");
    files.put("README.md", "README.md");
    files.put(
        "src/main/java/" + folder + "/" + name + "Distillation.java", "Distillation.java.txt");
    files.put("src/main/java/" + folder + "/" + name + "Module.java", "Module.java.txt");
    files.put("src/main/java/" + folder + "/package-info.java", "package-info.java.txt");
    files.put("src/test/java/" + folder + "/" + name + "Tests.java", "Tests.java.txt");
    files.forEach(
        (file, template) ->
            write(
                root.resolve(file),
                template(template)
                    .replace("@package@", of)
                    .replace("@Name@", name)
                    .replace("@id@", id)
                    .replace("@version@", version())));
    write(
        root.resolve("src/main/resources/META-INF/services/org.kd4j.core.wiring.StrategyModule"),
        of + "." + name + "Module\n");
    application.console().print(root.toString());
    application.say("'mvn package' in it builds the jar and holds the strategy to the contract.");
    return Errors.OK;
  }

  private String camel() {
    StringBuilder name = new StringBuilder();
    for (String word : id.split("-")) {
      name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return name.toString();
  }

  private static String version() {
    String packaged = Kd.Version.text();
    return packaged.equals("not packaged") ? "0.1.0-SNAPSHOT" : packaged;
  }

  private Path empty() {
    Path root = Application.path("DIR", directory);
    try {
      Files.createDirectories(root);
      try (Stream<Path> files = Files.list(root)) {
        UsageException.require(
            files.findAny().isEmpty(), "'%s' is not empty; name a new folder", root);
      }
      return root;
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new UsageException("'" + root + "' is a file; name a new folder", e);
    } catch (IOException e) {
      throw new UsageException("'" + root + "' cannot be written: " + e, e);
    }
  }

  private static String template(String name) {
    try (InputStream in =
        Objects.requireNonNull(NewFamily.class.getResourceAsStream("family/" + name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
