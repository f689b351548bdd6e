package org.kd4j.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a Java that only tells how it was called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path folder;
  private Path home;
  private Path launcher;
  private Path java;

  private record Ended(int status, String out) {}

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectories(folder.resolve("ein Ort mit ü").resolve("kd"));
    Files.createDirectories(home.resolve("lib"));
    Files.createDirectories(home.resolve("bin"));
    launcher = script(home.resolve("bin/kd"), Files.readString(Path.of("src/main/launcher/kd")));
    java = Files.createDirectories(folder.resolve("my java"));
    Files.createDirectories(java.resolve("bin"));
    release("17.0.2");
    script(
        java.resolve("bin/java"),
        "#!/bin/sh\nfor a in \"$@\"; do printf '[%s]\\n' \"$a\"; done\necho \"LC_ALL=$LC_ALL\"\nexit 3\n");
  }

  private static Path script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private void release(String version) throws IOException {
    Files.writeString(
        java.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  private Ended start(Path what, Map<String, String> environment, String... words)
      throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of(what.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(k -> k.startsWith("LC_") || k.equals("LANG"));
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), out);
  }

  @Test
  void argumentsAndStatusPassThroughAndBlanksDoNoHarm() throws Exception {
    Ended ended = start(launcher, Map.of("KD_JAVA_OPTS", "-Xmx1g -Dx=y"), "run", "a b.yaml", "");
    assertThat(ended.status()).isEqualTo(3);
    String real = home.toRealPath().toString();
    assertThat(ended.out().lines())
        .contains(
            "[-Xmx1g]",
            "[-Dx=y]",
            "[-Dkd.home=" + real + "]",
            "[-Dkd.terminal=false]",
            "[" + real + "/lib/*]")
        .containsSequence("[org.kd4j.experiments.cli.Main]", "[run]", "[a b.yaml]", "[]");
  }

  @Test
  void linksAreFollowed() throws Exception {
    Path first = Files.createSymbolicLink(folder.resolve("k d"), launcher);
    Path second =
        Files.createSymbolicLink(folder.resolve("kd2"), Path.of(first.getFileName().toString()));
    assertThat(start(second, Map.of()).out()).contains("[-Dkd.home=" + home.toRealPath() + "]");
  }

  @Test
  void aLocaleWithoutUtf8IsChangedAndAnotherIsKept() throws Exception {
    if (System.getProperty("os.name").startsWith("Linux")) {
      assertThat(start(launcher, Map.of("LANG", "C")).out()).contains("LC_ALL=C.UTF-8");
      assertThat(start(launcher, Map.of()).out()).contains("LC_ALL=C.UTF-8");
      assertThat(start(launcher, Map.of("LC_ALL", "POSIX")).out()).contains("LC_ALL=C.UTF-8");
    }
    assertThat(start(launcher, Map.of("LANG", "de_DE.UTF-8")).out()).endsWith("LC_ALL=\n");
    assertThat(start(launcher, Map.of("LC_CTYPE", "en_US.utf8")).out()).endsWith("LC_ALL=\n");
  }

  @Test
  void anOldOrMissingJavaIsSaid() throws Exception {
    release("11.0.20");
    Ended old = start(launcher, Map.of());
    assertThat(old.status()).isEqualTo(2);
    assertThat(old.out()).endsWith("is Java 11; kd4j needs 17 or later.\n");
    release("1.8.0_202");
    assertThat(start(launcher, Map.of()).out()).contains("is Java 1; kd4j needs 17");
    Ended none = start(launcher, Map.of("JAVA_HOME", folder.resolve("no").toString()));
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.out()).contains("JAVA_HOME is").contains("there is no bin/java in it");
    Files.delete(home.resolve("lib"));
    assertThat(start(launcher, Map.of()).out()).contains("lib is missing");
  }
}
