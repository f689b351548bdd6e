package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.core.wiring.StrategyModule;
import org.kd4j.experiments.cli.CommandLines;

/**
 * What {@code kd new-family} writes: built by Maven against the installed core in a repository of
 * its own, held to the contract there, dropped in as a jar, found. Needs Maven's own properties, so
 * it is skipped where something else runs the tests.
 */
class NewFamilyTests {
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final long PATIENCE_MINUTES = 10;

  @TempDir(cleanup = CleanupMode.NEVER)
  static Path folder;

  /** Removed at the end: the engine's libraries are copied into it. */
  @TempDir static Path repository;

  private static Path family;
  private static Path plugins;

  @BeforeAll
  static void generateAndBuild() throws Exception {
    String maven = System.getProperty("maven.home", "");
    String known = System.getProperty("localRepository", "");
    assumeTrue(!maven.isEmpty() && !known.isEmpty(), "Maven runs these tests");
    family = folder.resolve("my gentle family");
    CommandLines.Ended made =
        CommandLines.kd(Map.of(), "new-family", "gentle-touch", family.toString());
    assertThat(made.status()).as(made.err()).isZero();
    install();
    // All that is not of kd4j comes from where this build has it.
    Path settings =
        Files.writeString(
            folder.resolve("settings.xml"),
            "<settings><mirrors><mirror><id>here</id><mirrorOf>*</mirrorOf><url>"
                + Path.of(known).toUri()
                + "</url></mirror></mirrors></settings>");
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    Path said = folder.resolve("maven.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(maven, "bin", windows ? "mvn.cmd" : "mvn").toString(),
            "--batch-mode",
            "--settings=" + settings,
            "--global-settings=" + settings,
            "-Dmaven.repo.local=" + repository,
            "package");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.directory(family.toFile()).redirectErrorStream(true).redirectOutput(said.toFile());
    Process build = builder.start();
    assertThat(build.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
    String log = Files.readString(said);
    assertThat(build.exitValue()).as(log).isZero();
    assertThat(log).containsPattern("Tests run: \\d{2,}, Failures: 0, Errors: 0, Skipped: 0");
    plugins = family.resolve("target");
  }

  /** What {@code mvn install} puts there of the core: poms, classes, the contract suite. */
  private static void install() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    Path parent = repository.resolve("org/kd4j/kd4j/" + VERSION);
    Path core = repository.resolve("org/kd4j/kd-core/" + VERSION);
    Files.createDirectories(parent);
    Files.createDirectories(core);
    Files.copy(root.resolve("pom.xml"), parent.resolve("kd4j-" + VERSION + ".pom"));
    Files.copy(root.resolve("kd-core/pom.xml"), core.resolve("kd-core-" + VERSION + ".pom"));
    pack(StrategyModule.class, core.resolve("kd-core-" + VERSION + ".jar"));
    pack(StrategyContract.class, core.resolve("kd-core-" + VERSION + "-tests.jar"));
  }

  /** The jar that a class is of, or its folder of classes as one. */
  private static void pack(Class<?> type, Path jar) throws IOException {
    try {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(from)) {
        Sources.jar(from, jar);
      } else {
        Files.copy(from, jar);
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  @Test
  void itsJarIsFoundByKdStrategiesAndCompared() {
    Map<String, String> dropped = Map.of("KD_PLUGINS", plugins.toString());
    CommandLines.Ended listed = CommandLines.kd(dropped, "strategies");
    assertThat(listed.out()).containsPattern("(?m)^gentle-touch +labels and the squared Hellinger");
    assertThat(CommandLines.kd(dropped, "strategies", "gentle-touch").out())
        .contains("hardWeight·CE(y, q)", "softWeight");
    assertThat(CommandLines.kd(Map.of(), "strategies").out()).doesNotContain("gentle-touch");
    CommandLines.Ended run =
        CommandLines.kd(
            dropped,
            "compare",
            "gentle-touch",
            "--data=strokes:10,train=200,test=50",
            "--train=all",
            "--seeds=1",
            "--epochs=1",
            "--no-store",
            "--out=" + folder.resolve("run"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("gentle-touch");
  }

  @Test
  void itsPomNamesThisBuildsCore() throws IOException {
    assertThat(Files.readString(family.resolve("pom.xml")))
        .contains("<artifactId>kd-gentle-touch</artifactId>", "<artifactId>kd-core</artifactId>")
        .contains("<kd4j.version>" + VERSION + "</kd4j.version>", "<type>test-jar</type>")
        .doesNotContain("@id@", "@version@");
    for (Path file : Sources.below(family.resolve("src"))) {
      assertThat(Files.readString(file))
          .as("%s", file)
          .doesNotContainPattern("@(id|Name|package)@");
    }
  }

  @Test
  void badNamesAndFullFoldersAreRefused() throws IOException {
    assertThat(CommandLines.kd(Map.of(), "new-family", "Gentle", "x").err())
        .contains("'Gentle' is no name of a strategy");
    assertThat(CommandLines.kd(Map.of(), "new-family", "offline", "x").err())
        .contains("there is a strategy 'offline' already");
    CommandLines.Ended full = CommandLines.kd(Map.of(), "new-family", "other", family.toString());
    assertThat(full.status()).isEqualTo(2);
    assertThat(full.err()).contains("is not empty; name a new folder");
    assertThat(Distillation.discovered().strategies().ids()).doesNotContain("gentle-touch");
  }

  @Test
  void jshellKnowsKd4jAndItsPlugins() throws Exception {
    CommandLines.Ended said =
        CommandLines.jshell(
            Map.of("KD_PLUGINS", plugins.toString()),
            "Distillation.discovered().strategies().ids().size() > 10\n"
                + "new org.example.gentletouch.GentleTouchModule().getClass().getSimpleName()\n"
                + "StrategyChoice.of(\"offline\").with(\"temperature\", \"4\").toString()\n"
                + "/exit\n");
    assertThat(said.status()).as(said.out() + said.err()).isZero();
    assertThat(said.out())
        .contains("==> true", "\"GentleTouchModule\"", "\"offline temperature=4\"");
  }
}
