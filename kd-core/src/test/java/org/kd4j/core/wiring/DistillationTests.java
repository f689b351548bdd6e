package org.kd4j.core.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.network.Architecture;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.NetworkFamily;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.strategy.Scratch;

/** What is said where modules do not fit together. */
class DistillationTests {
  @TempDir Path folder;

  /** Binds {@code twin}. */
  private static final class First extends StrategyModule {
    @Override
    protected void configureStrategies() {
      strategy("twin").to(Scratch.Factory.class);
    }
  }

  /** Binds {@code twin} as well. */
  private static final class Second extends StrategyModule {
    @Override
    protected void configureStrategies() {
      strategy("twin").toInstance(new Scratch.Factory());
    }
  }

  @Test
  void twoModulesOfOneIdAreBothNamed() {
    assertThatThrownBy(() -> Distillation.of(new First(), new Second()))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "The modules on the class path do not fit together. Each strategy, network, data source and formula"
                + " needs a name of its own and a class that can be made:\n"
                + "  strategy 'twin' is bound by org.kd4j.core.wiring.DistillationTests$First"
                + " and by org.kd4j.core.wiring.DistillationTests$Second");
  }

  @Test
  void aNameOfTheCoreIsTaken() {
    StrategyModule another =
        new StrategyModule() {
          @Override
          protected void configureStrategies() {
            network("mlp").toInstance(new PlainCnn.Family());
          }
        };
    assertThatThrownBy(() -> Distillation.of(another))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(
            "network 'mlp' is bound by "
                + another.getClass().getName()
                + " and by org.kd4j.core.wiring.CoreModule");
  }

  /** Parses as plain Java does, without a word of its own. */
  private static final class Careless extends StrategyModule {
    @Override
    protected void configureStrategies() {
      network("units")
          .toInstance(
              new NetworkFamily() {
                @Override
                public Architecture parse(SpecText spec) {
                  return new Mlp(List.of(Integer.parseInt(spec.argument())), 0, 0);
                }

                @Override
                public String summary() {
                  return "units:N   one hidden layer";
                }
              });
      data("rows")
          .toInstance(
              new DataSource() {
                @Override
                public DataSet load(SpecText spec, Place place) {
                  throw new IllegalArgumentException("no rows in " + spec.argument());
                }

                @Override
                public String summary() {
                  return "rows:FILE   rows of a file";
                }
              });
    }
  }

  @Test
  void whatPlainJavaRefusesIsARefusalWithTheWayToWriteIt() {
    Distillation known = Distillation.of(new Careless());
    assertThat(known.network("units:8")).isEqualTo(new Mlp(List.of(8), 0, 0));
    assertThatThrownBy(() -> known.network("units:wide"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Network 'units:wide' cannot be read: For input string: \"wide\"."
                + " Written: units:N   one hidden layer");
    assertThatThrownBy(
            () -> known.load("rows:a.txt", new DataSource.Place(Optional.empty(), false)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Data set 'rows:a.txt' cannot be read: no rows in a.txt."
                + " Written: rows:FILE   rows of a file");
  }

  /** A factory that cannot be made. */
  static final class Unmakable extends StrategyModule {
    /** Needs what nobody has. */
    interface Missing {}

    @Override
    protected void configureStrategies() {
      bind(Missing.class);
    }
  }

  @Test
  void aClassThatCannotBeMadeIsNamedWithItsModule() {
    assertThatThrownBy(() -> Distillation.of(new Unmakable()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("do not fit together")
        .hasMessageContaining("DistillationTests$Unmakable$Missing")
        .hasMessageContaining("DistillationTests$Unmakable.configureStrategies");
  }

  /** Fails while it is configured. */
  static final class Failing extends StrategyModule {
    @Override
    protected void configureStrategies() {
      throw new IllegalStateException("no network today");
    }
  }

  @Test
  void aModuleThatFailsWhileItIsConfiguredIsQuoted() {
    assertThatThrownBy(() -> Distillation.of(new Failing()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "DistillationTests$Failing failed while it was configured: java.lang.IllegalStateException: no network today")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void representativesThatNobodyBindsAreRefused() {
    StrategyModule module =
        new StrategyModule() {
          @Override
          protected void configureStrategies() {
            representative("nobody");
          }
        };
    assertThatThrownBy(() -> Distillation.of(module))
        .isInstanceOf(UsageException.class)
        .hasMessage("No strategy 'nobody'. Known: scratch.");
  }

  private static final String SERVICE = "META-INF/services/" + StrategyModule.class.getName();

  @Test
  void aPluginThatNamesNoClassIsRefused() throws IOException {
    jar("missing.jar", Map.of(SERVICE, bytes("org.example.NotThere")));
    assertThatThrownBy(() -> Distillation.discovered(List.of(folder)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "A module named in META-INF/services/org.kd4j.core.wiring.StrategyModule cannot be made:"
                + " org.kd4j.core.wiring.StrategyModule: Provider org.example.NotThere not found."
                + " It needs a public class with a public constructor without arguments.");
  }

  @Test
  void aPluginThatIsNoModuleIsRefused() throws IOException {
    jar("string.jar", Map.of(SERVICE, bytes(DistillationTests.class.getName())));
    assertThatThrownBy(() -> Distillation.discovered(List.of(folder)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("org.kd4j.core.wiring.DistillationTests not a subtype")
        .hasMessageContaining("cannot be made");
  }

  /** Has no constructor that a jar's list of modules could call. */
  public static final class Closed extends StrategyModule {
    private Closed() {}

    @Override
    protected void configureStrategies() {}
  }

  @Test
  void aPluginWhoseModuleHasNoPublicConstructorIsRefused() throws IOException {
    jar("closed.jar", Map.of(SERVICE, bytes(Closed.class.getName())));
    assertThatThrownBy(() -> Distillation.discovered(List.of(folder)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("DistillationTests$Closed")
        .hasMessageEndingWith(
            "It needs a public class with a public constructor without arguments.");
  }

  /** Compiled for a later Java, or cut off on its way here. */
  @Test
  void aPluginWhoseClassCannotBeReadIsRefused() throws IOException {
    byte[] later = {
      (byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, 99, 0, 1, 0, 0, 0, 0
    };
    jar("later.jar", Map.of(SERVICE, bytes("org.example.Later"), "org/example/Later.class", later));
    assertThatThrownBy(() -> Distillation.discovered(List.of(folder)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("org/example/Later")
        .hasMessageContaining("cannot be made");
  }

  @Test
  void aPluginFolderMayBeAbsentButNoFile() throws IOException {
    Path file = Files.writeString(folder.resolve("plugins"), "");
    assertThat(Distillation.discovered(List.of(folder.resolve("none"))).strategies().ids())
        .contains("scratch");
    assertThatThrownBy(() -> Distillation.discovered(List.of(file)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "The plug-in folder " + file + " is no folder; name the one in which the jars are");
  }

  @Test
  void aPluginThatIsNoJarIsRefusedByName() throws IOException {
    Files.write(folder.resolve("cut off.jar"), bytes("PK\u0003\u0004 and then nothing"));
    assertThatThrownBy(() -> Distillation.discovered(List.of(folder)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("cut off.jar")
        .hasMessageContaining("cannot be read");
  }

  @Test
  void aFolderThatIsNotThereIsPassedOver() {
    assertThat(
            Distillation.discovered(List.of(folder.resolve("nowhere"), folder)).strategies().ids())
        .contains("scratch");
  }

  private void jar(String name, Map<String, byte[]> entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(name));
        JarOutputStream jar = new JarOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
