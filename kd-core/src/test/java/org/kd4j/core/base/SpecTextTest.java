package org.kd4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpecTextTest {
  @Test
  void aSpecHasAHeadAnArgumentAndOptionsInTheirOrder() {
    SpecText spec = SpecText.parse(" mlp:1200-1200,dropout=0.5,bias=no ");
    assertThat(spec.head()).isEqualTo("mlp");
    assertThat(spec.argument()).isEqualTo("1200-1200");
    assertThat(spec.options()).containsExactly(entry("dropout", "0.5"), entry("bias", "no"));
    assertThat(spec).hasToString("mlp:1200-1200,dropout=0.5,bias=no");
  }

  @Test
  void theArgumentMayBeMissing() {
    assertThat(SpecText.parse("mnist").argument()).isEmpty();
    assertThat(SpecText.parse("mnist,size=100").integer("size", 0)).isEqualTo(100);
    assertThat(SpecText.parse("mnist,size=100")).hasToString("mnist,size=100");
  }

  @Test
  void theArgumentMayHoldColonsAndCommas() {
    SpecText spec = SpecText.parse("csv:C:\\data\\a,b c.csv,label=digit");
    assertThat(spec.argument()).isEqualTo("C:\\data\\a,b c.csv");
    assertThat(spec.text("label", "")).isEqualTo("digit");
    assertThat(SpecText.parse("concat:a.csv,b.csv").argument()).isEqualTo("a.csv,b.csv");
    assertThat(SpecText.parse("steps:3,5=x").argument()).isEqualTo("3,5=x");
  }

  @Test
  void aValueMayHoldCommasAndEqualsSigns() {
    SpecText spec = SpecText.parse("csv:a.csv,columns=x,y,z,where=k=1");
    assertThat(spec.options()).containsExactly(entry("columns", "x,y,z"), entry("where", "k=1"));
  }

  @Test
  void blanksAroundCommasDoNotHideAnOption() {
    SpecText spec = SpecText.parse("mlp: 400-400 , dropout = 0.3, bias=no");
    assertThat(spec.argument()).isEqualTo("400-400");
    assertThat(spec.options()).containsExactly(entry("dropout", "0.3"), entry("bias", "no"));
  }

  @Test
  void whatWasPrintedReadsBackTheSame() {
    for (String text : new String[] {"a", "a:b", "a,c=d", "a:b:c,d,e=f,g,h="}) {
      SpecText spec = SpecText.parse(text);
      assertThat(SpecText.parse(spec.toString())).isEqualTo(spec);
    }
  }

  @Test
  void aKeyGivenTwiceIsRefused() {
    assertThatThrownBy(() -> SpecText.parse("mlp:4,dropout=0.1,dropout=0.2"))
        .isInstanceOf(UsageException.class)
        .hasMessage("'mlp:4,dropout=0.1,dropout=0.2' gives 'dropout' twice");
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearest() {
    SpecText spec = SpecText.parse("mlp:4,dropuot=0.1");
    assertThatThrownBy(() -> spec.knowing("dropout", "bias"))
        .isInstanceOf(UsageException.class)
        .hasMessage("No option of mlp 'dropuot'. Did you mean 'dropout'? Known: bias, dropout.");
    assertThatThrownBy(spec::knowing).hasMessage("No option of mlp 'dropuot'. There is none.");
    assertThat(spec.knowing("dropuot")).isSameAs(spec);
  }

  @Test
  void whatIsNoSpecIsRefusedWithAnExample() {
    for (String text : new String[] {"", ":x", "4:5", "a b:c", ",k=v"}) {
      assertThatThrownBy(() -> SpecText.parse(text))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("mlp:400-400,dropout=0.3");
    }
  }

  @Test
  void aNumberThatIsNoneIsRefusedWithItsKey() {
    SpecText spec = SpecText.parse("mlp:4,dropout=half,size=1.5,rate=NaN,decay=1e99");
    assertThatThrownBy(() -> spec.number("dropout", 0))
        .isInstanceOf(UsageException.class)
        .hasMessage("mlp: dropout must be a number, was 'half'");
    assertThatThrownBy(() -> spec.integer("size", 0))
        .hasMessage("mlp: size must be a whole number, was '1.5'");
    assertThatThrownBy(() -> spec.number("rate", 0)).hasMessageEndingWith("was 'NaN'");
    assertThatThrownBy(() -> spec.number("decay", 0)).hasMessageEndingWith("was '1e99'");
    assertThat(spec.number("absent", 0.25f)).isEqualTo(0.25f);
  }

  @Test
  void anArgumentThatIsNoWholeNumberIsRefusedSayingWhatItCounts() {
    assertThat(SpecText.parse("bottleneck:12").wholeArgument("units")).isEqualTo(12);
    assertThatThrownBy(() -> SpecText.parse("bottleneck:wide").wholeArgument("units"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "bottleneck takes a whole number of units, as in bottleneck:8; was 'bottleneck:wide'");
    assertThatThrownBy(() -> SpecText.parse("bottleneck").wholeArgument("units"))
        .hasMessageEndingWith("; was 'bottleneck'");
  }

  private static java.util.Map.Entry<String, String> entry(String key, String value) {
    return java.util.Map.entry(key, value);
  }
}
