package org.kd4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static final List<String> KNOWN = List.of("offline", "online", "mutual", "kd");

  @Test
  void aSlipOfTheFingersIsUnderstood() {
    assertThat(Names.nearest("ofline", KNOWN)).contains("offline");
    assertThat(Names.nearest("MUTAUL", KNOWN)).contains("mutual");
    assertThat(Names.nearest("onlin", KNOWN)).contains("online");
    assertThat(Names.nearest("kb", KNOWN)).contains("kd");
  }

  @Test
  void whatHasNothingInCommonIsNotSuggested() {
    assertThat(Names.nearest("resnet", KNOWN)).isEmpty();
    assertThat(Names.nearest("x", KNOWN)).isEmpty();
    assertThat(Names.nearest("xy", KNOWN)).isEmpty();
    assertThat(Names.nearest("", KNOWN)).isEmpty();
    assertThat(Names.nearest("offline", List.of())).isEmpty();
  }

  @Test
  void ofTwoEquallyNearTheFirstInTheAlphabetIsSuggested() {
    assertThat(Names.nearest("cat", List.of("hat", "bat"))).contains("bat");
  }

  @Test
  void theErrorNamesTheNearestAndAll() {
    assertThat(Names.unknown("strategy", "ofline", KNOWN))
        .hasMessage(
            "No strategy 'ofline'. Did you mean 'offline'? Known: kd, mutual, offline, online.");
    assertThat(Names.unknown("strategy", "hinton", List.of()))
        .hasMessage("No strategy 'hinton'. There is none.");
  }
}
