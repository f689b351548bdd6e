package org.kd4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeHashTest {
  private static final String ONE = Names.class.getName();
  private static final String TWO = Draws.class.getName();

  @TempDir Path temp;

  @Test
  void aFolderAndTheJarMadeFromItHaveOneHash() throws Exception {
    Path folder = folder("a folder", ONE, TWO);
    Files.writeString(folder.resolve("notes.txt"), "not code");
    Path jar = temp.resolve("a jar.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      put(zip, "META-INF/MANIFEST.MF", "Created-By: somebody\n".getBytes());
      put(zip, entry(ONE), bytes(ONE)); // not in the order of names
      put(zip, entry(TWO), bytes(TWO));
    }
    assertThat(hash(jar)).isEqualTo(hash(folder));
  }

  @Test
  void anEditARenamingOrANewClassChangesTheHash() throws Exception {
    Fingerprint hash = hash(folder("original", ONE, TWO));
    assertThat(hash(folder("copy", ONE, TWO))).isEqualTo(hash);

    Path edited = folder("edited", ONE, TWO);
    byte[] bytes = bytes(TWO);
    bytes[bytes.length - 1] ^= 1;
    Files.write(edited.resolve(entry(TWO)), bytes);
    assertThat(hash(edited)).isNotEqualTo(hash);

    Path renamed = folder("renamed", ONE, TWO);
    Files.move(renamed.resolve(entry(TWO)), renamed.resolve("Other.class"));
    assertThat(hash(renamed)).isNotEqualTo(hash);

    assertThat(hash(folder("more", ONE, TWO, Canonical.class.getName()))).isNotEqualTo(hash);
  }

  @Test
  void severalModulesHaveOneHashWhateverTheirOrder() {
    Fingerprint both = CodeHash.of(List.of(Names.class, CodeHashTest.class));
    assertThat(CodeHash.of(List.of(CodeHashTest.class, Draws.class, Names.class))).isEqualTo(both);
    assertThat(CodeHash.of(List.of(Names.class))).isNotEqualTo(both);
  }

  @Test
  void classesOfThePlatformDoNotCount() {
    List<Class<?>> platform =
        List.of(String.class, int.class, int[].class, java.net.http.HttpClient.class);
    assertThat(CodeHash.of(platform)).isEqualTo(CodeHash.of(List.of()));
    assertThat(platform).allMatch(CodeHash::covers);
    assertThatThrownBy(() -> CodeHash.of(String.class))
        .hasMessage("java.lang.String was loaded from no folder or jar");
  }

  @Test
  void aClassMadeInMemoryIsKnownNotToBeCovered() throws Exception {
    class InMemory extends ClassLoader {
      InMemory() {
        super(null);
      }

      Class<?> define(byte[] bytes) {
        return defineClass(null, bytes, 0, bytes.length);
      }
    }

    Class<?> made = new InMemory().define(bytes(CodeHashTest.Marker.class.getName()));
    assertThat(CodeHash.covers(made)).isFalse();
    assertThat(CodeHash.covers(Marker.class)).isTrue();
    assertThat(CodeHash.covers(Marker[].class)).isTrue();
    assertThat(CodeHash.obstacle(List.of(Marker.class))).isEmpty();
    assertThat(CodeHash.obstacle(List.of(Marker.class, made)))
        .contains("the code of " + made.getName() + " is in no folder or jar");
    assertThat(CodeHash.of(List.of(made))).isEqualTo(CodeHash.of(List.of()));
  }

  static final class Marker {}

  @Test
  void aFolderBehindALinkIsReadThroughIt() throws Exception {
    Path folder = folder("target", ONE);
    Path link = temp.resolve("link");
    try {
      Files.createSymbolicLink(link, folder);
    } catch (IOException | UnsupportedOperationException e) {
      org.junit.jupiter.api.Assumptions.abort("no links here: " + e);
    }
    assertThat(hash(link)).isEqualTo(hash(folder));
  }

  private static Fingerprint hash(Path location) throws Exception {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {location.toUri().toURL()}, null)) {
      Class<?> type = loader.loadClass(ONE);
      Assertions.assertThat(type.getClassLoader()).isSameAs(loader);
      return CodeHash.of(type);
    }
  }

  private Path folder(String name, String... classes) throws IOException {
    Path folder = temp.resolve(name);
    for (String type : classes) {
      Path file = folder.resolve(entry(type));
      Files.createDirectories(file.getParent());
      Files.write(file, bytes(type));
    }
    return folder;
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    OutputStream out = zip;
    out.write(content);
    zip.closeEntry();
  }

  private static String entry(String type) {
    return type.replace('.', '/') + ".class";
  }

  private static byte[] bytes(String type) throws IOException {
    try (var in = CodeHashTest.class.getClassLoader().getResourceAsStream(entry(type))) {
      return in.readAllBytes();
    }
  }
}
