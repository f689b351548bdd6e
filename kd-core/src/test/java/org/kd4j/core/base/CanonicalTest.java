package org.kd4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CanonicalTest {
  interface Shape {
    float area();
  }

  record Square(float side) implements Shape {
    @Override
    public float area() {
      return side * side;
    }
  }

  record Circle(float side) implements Shape {
    @Override
    public float area() {
      return 3 * side * side;
    }
  }

  record Named(String name, Shape shape) {}

  record Picture(List<Named> shapes, Map<String, Object> notes) {}

  record Any(Object value) {}

  record Tap(String layer, int index) {}

  enum Red {
    DARK
  }

  enum Blue {
    DARK
  }

  static final class Shapes {
    enum Red {
      DARK
    }
  }

  @Test
  void recordsOfEqualContentAreToldApartByTheirType() {
    assertThat(text(new Square(2))).isNotEqualTo(text(new Circle(2)));
    assertThat(text(new Square(2))).isEqualTo(text(new Square(2)));
    assertThat(text(new Square(2))).endsWith("$Square(side=2.0f)");
  }

  @Test
  void theTypesMetAreNamedSinceTheirCodeCountsToo() {
    Canonical form =
        Canonical.of(
            new Picture(List.of(new Named("a", new Square(1))), Map.of("colour", Red.DARK)));
    assertThat(form.types())
        .containsExactlyInAnyOrder(Picture.class, Named.class, Square.class, Red.class);
    assertThat(form.obstacle()).isEmpty();
  }

  @Test
  void aRecordThatEntersByItsFingerprintIsLookedIntoForItsTypes() {
    Canonical form = Canonical.of(List.of(new Whole(List.of(new Piece(Red.DARK)))));
    assertThat(form.types()).containsExactlyInAnyOrder(Whole.class, Piece.class, Red.class);
    assertThat(form.text()).doesNotContain("DARK");
  }

  private record Whole(List<Fingerprinted> parts) implements Fingerprinted {
    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.ofText("whole");
    }
  }

  private record Piece(Red red) implements Fingerprinted {
    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.ofText("piece");
    }
  }

  @Test
  void enumsAreToldApartEvenIfTheirSimpleNamesAreTheSame() {
    assertThat(text(Red.DARK)).isNotEqualTo(text(Blue.DARK));
    assertThat(text(Red.DARK)).isNotEqualTo(text(Shapes.Red.DARK));
  }

  @Test
  void minusZeroCountsAsZero() {
    assertThat(text(new Square(-0f))).isEqualTo(text(new Square(0f)));
    assertThat(text(-0.0)).isEqualTo(text(0.0));
  }

  @Test
  void aNumberThatIsNoneIsRefusedWithItsPlace() {
    assertThatThrownBy(
            () ->
                Canonical.of(new Picture(List.of(new Named("a", new Square(Float.NaN))), Map.of())))
        .isInstanceOf(UsageException.class)
        .hasMessage("shapes[0].shape.side is not a number (NaN); give a finite value");
    assertThatThrownBy(() -> Canonical.of(Double.NaN)).hasMessageContaining("the value is not");
  }

  @Test
  void aFloatIsNotTheDoubleThatPrintsAlike() {
    assertThat(text(new Any(0.1f))).isNotEqualTo(text(new Any(0.1)));
  }

  @Test
  void aLambdaHasNoFormAndIsNamedWithItsPlace() {
    Shape lambda = () -> 1;
    Canonical form =
        Canonical.of(
            new Picture(List.of(new Named("a", new Square(1)), new Named("b", lambda)), Map.of()));
    assertThat(form.obstacle()).contains("shapes[1].shape is a lambda");
    assertThat(Canonical.of(lambda).obstacle()).contains("the value is a lambda");
  }

  @Test
  void whatIsNoValueHasNoForm() {
    assertThat(Canonical.of(new Any(new float[1])).obstacle())
        .contains("value is a float[], not a record");
    assertThat(Canonical.of(new Any(new AtomicInteger(1))).obstacle())
        .contains("value is a AtomicInteger, not a record");
    Object anonymous = new Object() {};
    assertThat(Canonical.of(new Any(anonymous)).obstacle())
        .contains("value is an anonymous class, not a record");
  }

  @Test
  void theFirstObstacleIsTheOneNamed() {
    Map<String, Object> notes = Map.of("b", new Object(), "a", new float[0]);
    assertThat(Canonical.of(new Picture(List.of(), notes)).obstacle())
        .contains("notes.a is a float[], not a record");
  }

  @Test
  void mapsAreSortedWhateverTheirOrderWas() {
    Map<String, Integer> forth = new LinkedHashMap<>();
    forth.put("a", 1);
    forth.put("b", 2);
    Map<String, Integer> back = new TreeMap<>(Comparator.reverseOrder());
    back.putAll(forth);
    assertThat(text(back)).isEqualTo(text(forth)).isEqualTo("{\"a\":1,\"b\":2}");
  }

  @Test
  void keysAndMembersNeedNoOrderOfTheirOwn() {
    Tap first = new Tap("a", 1);
    Tap second = new Tap("b", 2);
    Map<Tap, Integer> map = new LinkedHashMap<>(Map.of(first, 1));
    map.put(second, 2);
    Map<Tap, Integer> back = new LinkedHashMap<>(Map.of(second, 2));
    back.put(first, 1);
    assertThat(text(map)).isEqualTo(text(back));
    assertThat(text(new LinkedHashSet<>(List.of(first, second))))
        .isEqualTo(text(new LinkedHashSet<>(List.of(second, first))));
    assertThat(Canonical.of(map).types()).contains(Tap.class);
  }

  @Test
  void nothingCanBeWrittenSoAsToReadLikeSomethingElse() {
    assertThat(text(List.of("a", "b")))
        .isNotEqualTo(text(List.of("a\",\"b")))
        .isNotEqualTo(text(List.of("a,b")))
        .isNotEqualTo(text(List.of(List.of("a", "b"))));
    assertThat(text(Map.of("a:1,b", 2))).isNotEqualTo(text(Map.of("a", 1, "b", 2)));
    assertThat(text(List.of('a', 'b'))).isNotEqualTo(text(List.of("a", "b")));
    assertThat(text(List.of(','))).isNotEqualTo(text(List.of()));
    assertThat(text("\\\"")).isNotEqualTo(text("\""));
    assertThat(text(List.of("1"))).isNotEqualTo(text(List.of(1)));
    assertThat(text(Set.of(1))).isNotEqualTo(text(List.of(1)));
    assertThat(text(new Any(Optional.empty()))).isNotEqualTo(text(new Any("null")));
  }

  @Test
  void aFingerprintedValueEntersByItsFingerprint() {
    Fingerprint print = Fingerprint.ofText("content");
    Fingerprinted value = () -> print;
    assertThat(text(new Any(value))).endsWith("(value=#" + print.hex() + ")");
  }

  private static String text(Object value) {
    return Canonical.of(value).text();
  }
}
