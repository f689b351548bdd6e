package org.kd4j.core.base;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The hash of compiled code: of all classes in the folder or jar that a class was loaded from. It
 * enters the fingerprints of phases, since otherwise an edited formula would be answered with
 * yesterday's result.
 *
 * <p>Names and bytes of the {@code .class} files count, in the order of their names; resources,
 * manifests and time stamps do not, so a folder and the jar made from it have one hash. A location
 * is read once per process: what is loaded stays as it was.
 */
public final class CodeHash {
  private static final Map<URI, Fingerprint> KNOWN = new ConcurrentHashMap<>();

  private CodeHash() {}

  /**
   * The hash of the module that a class belongs to.
   *
   * @param anyClassOfModule any class of it
   * @return the hash of all its classes
   * @throws IllegalArgumentException for a class that was loaded from no folder or jar
   */
  public static Fingerprint of(Class<?> anyClassOfModule) {
    return location(anyClassOfModule)
        .map(CodeHash::at)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    anyClassOfModule.getName() + " was loaded from no folder or jar"));
  }

  /**
   * The hash of all modules that some classes belong to. Classes of the Java platform and classes
   * made in memory have no file to read and do not count; ask {@link #covers} where that matters.
   *
   * @param classes any classes, in any order
   * @return the hash of their distinct modules
   */
  public static Fingerprint of(Collection<Class<?>> classes) {
    return Fingerprint.ofText(
        classes.stream()
            .flatMap(type -> location(type).stream())
            .distinct()
            .map(location -> at(location).hex())
            .distinct()
            .sorted()
            .collect(Collectors.joining("\n")));
  }

  /**
   * Whether the code of a class shows in its hash: not so for one made in memory (a shell, a
   * script), whose results must not be stored because an edit of it would go unseen.
   *
   * @param type the class
   * @return whether it was loaded from a folder or jar, or is the Java platform's own
   */
  public static boolean covers(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    ClassLoader loader = element.getClassLoader();
    return loader == null
        || loader == ClassLoader.getPlatformClassLoader()
        || location(element).isPresent();
  }

  /**
   * Why a value cannot be known by the code of its types.
   *
   * @param types the types it is made of
   * @return which of them has none that can be hashed; empty where all have
   */
  public static Optional<String> obstacle(Collection<Class<?>> types) {
    return types.stream()
        .filter(type -> !covers(type))
        .findFirst()
        .map(type -> "the code of " + type.getName() + " is in no folder or jar");
  }

  private static Optional<URI> location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL url = source == null ? null : source.getLocation();
    if (url == null || !url.getProtocol().equals("file")) {
      return Optional.empty(); // the platform's own modules are at jrt:, classes of a shell nowhere
    }
    try {
      return Optional.of(url.toURI()).filter(uri -> Files.exists(Path.of(uri)));
    } catch (URISyntaxException e) {
      // class loaders of old may leave blanks unescaped
      return Optional.of(Path.of(url.getPath())).filter(Files::exists).map(Path::toUri);
    }
  }

  private static Fingerprint at(URI location) {
    return KNOWN.computeIfAbsent(
        location,
        uri -> {
          Path path = Path.of(uri);
          try {
            return Files.isDirectory(path) ? ofFolder(path) : ofJar(path);
          } catch (IOException e) {
            throw new RunException(
                "Cannot read the classes in "
                    + path
                    + " ("
                    + e
                    + "), by which stored results are told apart; was it rebuilt meanwhile?"
                    + " The same command, started again, goes on.",
                e);
          }
        });
  }

  private static Fingerprint ofFolder(Path location) throws IOException {
    Path folder = location.toRealPath(); // a walk does not go through a link
    SortedMap<String, Content> classes = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String name = folder.relativize(file).toString().replace('\\', '/');
      classes.put(name, () -> Files.newInputStream(file));
    }
    return hash(classes);
  }

  private static Fingerprint ofJar(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      SortedMap<String, Content> classes = new TreeMap<>();
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        classes.put(entry.getName(), () -> zip.getInputStream(entry));
      }
      return hash(classes);
    }
  }

  private static Fingerprint hash(SortedMap<String, Content> files) throws IOException {
    MessageDigest digest = Draws.sha256();
    for (Map.Entry<String, Content> file : files.entrySet()) {
      if (!file.getKey().endsWith(".class")) {
        continue;
      }
      byte[] bytes;
      try (InputStream in = file.getValue().open()) {
        bytes = in.readAllBytes();
      }
      // The length keeps a name apart from the bytes before it.
      String header = "\n" + file.getKey() + " " + bytes.length + "\n";
      digest.update(header.getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
  }

  /** Opens a file of a folder or jar. */
  @FunctionalInterface
  private interface Content {
    InputStream open() throws IOException;
  }
}
