package org.kd4j.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles and packs what stands outside the tree, on the class path of the tests. */
final class Sources {
  private Sources() {}

  /**
   * Compiles source files.
   *
   * @param files the sources
   * @param into the folder of the classes
   */
  static void compile(List<Path> files, Path into) throws IOException {
    Files.createDirectories(into);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      boolean good =
          compiler
              .getTask(
                  said,
                  manager,
                  null,
                  List.of(
                      "-d",
                      into.toString(),
                      "-cp",
                      System.getProperty("java.class.path"),
                      "-encoding",
                      "UTF-8",
                      "-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(good).as("%s", said).isTrue();
    }
  }

  /**
   * Packs the files below a folder.
   *
   * @param folder of classes
   * @param jar to write
   */
  static void jar(Path folder, Path jar) throws IOException {
    Files.createDirectories(jar.getParent());
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out)) {
      for (Path file : below(folder)) {
        packed.putNextEntry(new JarEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, packed);
      }
    }
  }

  /** All files below a folder, sorted. */
  static List<Path> below(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
