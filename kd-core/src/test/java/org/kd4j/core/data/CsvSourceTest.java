package org.kd4j.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kd4j.core.base.UsageException;

class CsvSourceTest {
  private static final String FLOWERS =
      "petal,kind,\"stem, in cm\"\n1.5,rose,10\n-2e1,iris,20\n3,rose,30\n4,lily,40\n5,iris,50\n";

  @TempDir Path dir;

  @Test
  void aFifthIsHeldOutAndTheNameSaysSo() throws IOException {
    String name = Make.foreign("flowers 花.csv");
    DataSet set = load(write(name, FLOWERS), ",label=kind");
    assertThat(set.name()).isEqualTo("flowers 花 (a fixed fifth held out as test)");
    assertThat(set.train().size()).isEqualTo(4);
    assertThat(set.test().size()).isEqualTo(1);
    assertThat(set.classNames()).containsExactly("iris", "lily", "rose");
    assertThat(set.train().shape()).isEqualTo(new Shape(2));
    assertThat(load(dir.resolve(name), ",label=kind").test().fingerprint())
        .isEqualTo(set.test().fingerprint());
  }

  @Test
  void aTestFileIsReadByTheNamesOfItsColumns() throws IOException {
    Path train = write("a.csv", FLOWERS);
    Path test = write("b.csv", "\"stem, in cm\",petal,note,kind\n7,8,0,lily\n");
    DataSet set = load(train, ",label=kind,test=" + test);
    assertThat(set.name()).isEqualTo("a");
    assertThat(set.train().labels()).containsExactly(2, 0, 2, 1, 0);
    assertThat(Make.numbers(set.train()).raw(1)).containsExactly(-20, 20);
    assertThat(Make.numbers(set.test()).raw(0)).containsExactly(8, 7);
    assertThat(set.test().labels()).containsExactly(1);
  }

  @Test
  void wholeNumbersAreSortedAsNumbers() throws IOException {
    Path file = write("n.csv", "x,y\n1,10\n2,9\n3,-1\n4,9\n5,10\n");
    assertThat(load(file, ",label=y").classNames()).containsExactly("-1", "9", "10");
  }

  @Test
  void otherSeparatorsAndAByteOrderMarkAreUnderstood() throws IOException {
    String text = "\uFEFFkind;x\r\na;1\r\nb;2\r\na;3\r\nb;4\r\nb;5\r\n";
    Path semicolons = write("s.csv", text);
    Path tabs = write("t.tsv", text.replace(';', '\t'));
    DataSet set = load(semicolons, ",label=kind,separator=;");
    assertThat(set.classNames()).containsExactly("a", "b");
    assertThat(load(tabs, ",label=kind,separator=tab").train().fingerprint())
        .isEqualTo(set.train().fingerprint());
  }

  @Test
  void mistakesInTheFileAreNamedByLineAndColumn() throws IOException {
    refused("x,y\n1,a\nzwei,b\n", ", line 3, column 'x': features are finite numbers, was 'zwei'");
    refused("x,y\n1,a\n,b\n", ", line 3, column 'x': features are finite numbers, was ''");
    refused("x,y\n1,a\nNaN,b\n", ", line 3, column 'x': features are finite numbers, was 'NaN'");
    refused("x,y\n1,a\n2\n", ", line 3: 1 values, but the header names 2 columns");
    refused("x,y\n1,\n", ", line 2: the label is missing");
    refused("x,y\n", " has a header but no rows");
    refused("y\na\n", " has no column but the label");
    refused("x,y\n1,a\n2,a\n", ": column y has one value only, 'a'; is it the label?");
    refused("x,Y\n1,a\n", ": No column 'y'. Did you mean 'Y'? Known: Y, x.");
    refused("x,y\n1,a\n2,b\n", " has 2 rows; at least 5 are needed to hold out a fifth as test");
  }

  @Test
  void headersThatRepeatAColumnAreRefused() throws IOException {
    Path file = write("bad.csv", "x,x,y\n1,2,a\n");
    assertThatThrownBy(() -> load(file, ",label=y"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(file + ": the header line must name each column once");
  }

  @Test
  void testFilesMustFitTheTrainingFile() throws IOException {
    Path train = write("a.csv", FLOWERS);
    Path lacks = write("b.csv", "petal,kind\n1,rose\n");
    assertThatThrownBy(() -> load(train, ",label=kind,test=" + lacks))
        .hasMessage(lacks + " lacks the column 'stem, in cm' of the training file");
    Path other = write("c.csv", "petal,kind,\"stem, in cm\"\n1,tulip,2\n");
    assertThatThrownBy(() -> load(train, ",label=kind,test=" + other))
        .hasMessage(
            other
                + ", line 2: label 'tulip' does not occur in the training file; its labels are iris, lily,"
                + " rose");
  }

  @Test
  void textThatIsNotUtf8IsRefused() throws IOException {
    Path file = dir.resolve("latin.csv");
    // In the header, and far behind it.
    Map<Integer, String> texts =
        Map.of(1, "größe,y\n1,a\n", 9002, "x,y\n" + "1,a\n".repeat(9000) + "2,ä\n3,ü\n");
    for (int line : texts.keySet()) {
      Files.write(file, texts.get(line).getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> load(file, ",label=y"))
          .hasMessage(file + " is not UTF-8 text in line " + line + "; save it as UTF-8");
    }
  }

  @Test
  void theSpecIsChecked() throws IOException {
    Path file = write("a.csv", FLOWERS);
    assertThatThrownBy(() -> Make.load(new CsvSource(), "csv,label=y"))
        .hasMessage("csv needs a path, as in csv:digits.csv,label=digit");
    assertThatThrownBy(() -> load(file, ""))
        .hasMessage(
            "csv needs the name of the label column, as in csv:digits.csv,label=digit; was 'csv:"
                + file
                + "'");
    assertThatThrownBy(() -> load(file, ",label=kind,separator=ab"))
        .hasMessage("csv: separator is one character, or tab; was 'ab'");
    assertThatThrownBy(() -> load(dir.resolve("none.csv"), ",label=y"))
        .hasMessage("cannot read " + dir.resolve("none.csv") + ": there is no such file");
  }

  private void refused(String content, String message) throws IOException {
    Path file = write("bad.csv", content);
    String subject = message.contains("at least 5") ? "bad" : file.toString();
    assertThatThrownBy(() -> load(file, ",label=y"))
        .isInstanceOf(UsageException.class)
        .hasMessage(subject + message);
  }

  private static DataSet load(Path file, String options) {
    return Make.load(new CsvSource(), "csv:" + file + options);
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(dir.resolve(name), content);
  }
}
