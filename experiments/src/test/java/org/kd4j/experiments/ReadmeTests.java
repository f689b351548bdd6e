package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.strategy.StrategyRegistry;
import org.kd4j.core.testkit.StrategyContract;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.core.wiring.StrategyModule;
import org.kd4j.experiments.cli.CommandLines;

/** What the README shows compiles, runs and keeps the contract. */
class ReadmeTests {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\s*?\\n(.*?)^```\\s*?$");
  private static final Pattern TYPE =
      Pattern.compile(
          "(?m)^(?:public )?(?:final |abstract |sealed )*(?:class|record|interface|enum) (\\w+)");
  private static final Pattern PUBLIC =
      Pattern.compile(
          "(?m)^public (?:final |abstract |sealed )*(?:class|record|interface|enum) (\\w+)");

  @TempDir(cleanup = CleanupMode.NEVER)
  static Path folder;

  /** A block that declares types, under the name of the first public one. */
  private record Snippet(String name, String text) {
    List<Class<?>> classes() {
      try {
        Path source = folder.resolve(name).resolve("source").resolve(name + ".java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, text);
        Path classes = folder.resolve(name).resolve("classes");
        Sources.compile(List.of(source), classes);
        ClassLoader loader =
            new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, ReadmeTests.class.getClassLoader());
        List<Class<?>> all = new ArrayList<>();
        for (Path file : Sources.below(classes)) {
          String binary =
              classes
                  .relativize(file)
                  .toString()
                  .replaceAll("\\.class$", "")
                  .replaceAll("[/\\\\]", ".");
          all.add(loader.loadClass(binary));
        }
        return all;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static List<Snippet> snippets() throws IOException {
    List<Snippet> snippets = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("../README.md")));
    while (block.find()) {
      String text = block.group(1);
      Matcher any = TYPE.matcher(text);
      if (any.find()) {
        Matcher open = PUBLIC.matcher(text);
        snippets.add(new Snippet(open.find() ? open.group(1) : any.group(1), text));
      }
    }
    return snippets;
  }

  @Test
  void theReadmeShowsAComparisonAStrategyALossAndANetwork() throws IOException {
    assertThat(snippets())
        .extracting(Snippet::name)
        .doesNotHaveDuplicates()
        .hasSizeGreaterThanOrEqualTo(4);
  }

  @TestFactory
  Stream<DynamicTest> everythingInTheReadmeWorks() throws IOException {
    return snippets().stream().flatMap(ReadmeTests::tests);
  }

  private static Stream<DynamicTest> tests(Snippet snippet) {
    List<DynamicTest> tests = new ArrayList<>();
    String compiles = snippet.name() + " compiles";
    try {
      for (Class<?> type : snippet.classes()) {
        if (StrategyModule.class.isAssignableFrom(type)) {
          contract(type).forEach(tests::add);
        } else if (hasMain(type)) {
          tests.add(dynamicTest(type.getName() + " runs and prints", () -> runs(type)));
        }
      }
      assertThat(tests).as("tests of %s", snippet.name()).isNotEmpty();
      tests.add(dynamicTest(compiles, () -> {}));
    } catch (AssertionError | RuntimeException e) {
      tests.add(
          dynamicTest(
              compiles,
              () -> {
                throw e;
              }));
    }
    return tests.stream();
  }

  @Test
  void theReferenceValuesInTheReadmeAreThoseOfItsLoss() throws IOException {
    Snippet loss =
        snippets().stream().filter(s -> s.name().equals("Hellinger")).findFirst().orElseThrow();
    Class<?> module =
        loss.classes().stream()
            .filter(StrategyModule.class::isAssignableFrom)
            .findFirst()
            .orElseThrow();
    Matcher values =
        Pattern.compile("(?ms)^```json\\s*?\\n(.*?)^```\\s*?$")
            .matcher(Files.readString(Path.of("../README.md")));
    assertThat(values.find()).isTrue();
    Path file = Files.writeString(folder.resolve("hellinger.json"), values.group(1));
    CommandLines.Ended checked =
        CommandLines.kd(Distillation.of(made(module)), "check-loss", file.toString());
    assertThat(checked.status()).as(checked.toString()).isZero();
    assertThat(checked.out()).contains("hellinger", "gradient of student");
  }

  private static StrategyModule made(Class<?> type) {
    try {
      return (StrategyModule) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " is no module that can be made", e);
    }
  }

  private static boolean hasMain(Class<?> type) {
    return Stream.of(type.getDeclaredMethods())
        .anyMatch(
            m ->
                m.getName().equals("main")
                    && Modifier.isPublic(m.getModifiers())
                    && Modifier.isStatic(m.getModifiers()));
  }

  private static void runs(Class<?> type) {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Assertions.assertTimeout(
          Duration.ofMinutes(2),
          () -> type.getMethod("main", String[].class).invoke(null, (Object) new String[0]));
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isNotBlank();
  }

  /** Every strategy that a module binds, and that all it binds can be listed. */
  private static Stream<DynamicTest> contract(Class<?> type) {
    Distillation known = Distillation.of(made(type));
    StrategyRegistry registry = known.strategies();
    Stream<DynamicTest> bound =
        Stream.of(
            dynamicTest(
                type.getName() + " binds something",
                () ->
                    assertThat(
                            registry.ids().size()
                                + known.networks().size()
                                + known.data().size()
                                + known.formulas().size())
                        .isGreaterThan(bare())));
    return registry.ids().size() == 1 ? bound : Stream.concat(bound, StrategyContract.of(registry));
  }

  private static int bare() {
    Distillation core = Distillation.of();
    return core.strategies().ids().size()
        + core.networks().size()
        + core.data().size()
        + core.formulas().size();
  }
}
