package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.experiments.cli.CommandLines;

/** What {@code kd new-family} writes: built, held to the contract, dropped in as a jar, found. */
class NewFamilyTests {
  @TempDir(cleanup = CleanupMode.NEVER)
  static Path folder;

  private static Path family;
  private static Path plugins;
  private static Path tests;

  @BeforeAll
  static void generateAndBuild() throws IOException {
    family = folder.resolve("my gentle family");
    CommandLines.Ended made =
        CommandLines.kd(Map.of(), "new-family", "gentle-touch", family.toString());
    assertThat(made.status()).as(made.err()).isZero();
    Path classes = folder.resolve("classes");
    Sources.compile(Sources.below(family.resolve("src/main/java")), classes);
    Path resources = family.resolve("src/main/resources");
    for (Path file : Sources.below(resources)) {
      Path copy = classes.resolve(resources.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    plugins = folder.resolve("plugins");
    Sources.jar(classes, plugins.resolve("kd-gentle-touch.jar"));
    tests = folder.resolve("test-classes");
    List<Path> sources = new ArrayList<>(Sources.below(family.resolve("src/main/java")));
    sources.addAll(Sources.below(family.resolve("src/test/java")));
    Sources.compile(sources, tests);
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

  @TestFactory
  Stream<DynamicTest> itsOwnTestsPass() throws Exception {
    ClassLoader loader =
        new URLClassLoader(
            new URL[] {tests.toUri().toURL()}, NewFamilyTests.class.getClassLoader());
    Class<?> type = loader.loadClass("org.example.gentletouch.GentleTouchTests");
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object instance = constructor.newInstance();
    List<DynamicTest> all = new ArrayList<>();
    for (var method : type.getDeclaredMethods()) {
      method.setAccessible(true);
      if (method.isAnnotationPresent(TestFactory.class)) {
        ((Stream<?>) method.invoke(instance)).forEach(t -> all.add((DynamicTest) t));
      } else if (method.isAnnotationPresent(Test.class)) {
        all.add(dynamicTest(method.getName(), () -> method.invoke(instance)));
      }
    }
    assertThat(all).hasSizeGreaterThan(5);
    return all.stream();
  }

  @Test
  void itsPomNamesThisBuildsCore() throws IOException {
    assertThat(Files.readString(family.resolve("pom.xml")))
        .contains("<artifactId>kd-gentle-touch</artifactId>", "<artifactId>kd-core</artifactId>")
        .contains("<kd4j.version>0.1.0-SNAPSHOT</kd4j.version>", "<type>test-jar</type>")
        .doesNotContain("@id@", "@version@");
    for (Path file : Sources.below(family)) {
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
