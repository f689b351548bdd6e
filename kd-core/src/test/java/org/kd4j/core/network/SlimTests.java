package org.kd4j.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.testkit.TinyCnn;
import org.kd4j.core.wiring.Distillation;

class SlimTests {
  private static final Distillation CORE = Distillation.of();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "slim(mlp:1200-1200,layers=0.5,width=0.5) | mlp:600",
        "slim(mlp:1200-1200) | mlp:600",
        "slim(mlp:1200-1200,dropout=0.5,inputDropout=0.2,layers=1,width=0.25) | mlp:300-300",
        // widths are read off along the depth: 800 → 400 → 200 at half of the way is 400
        "slim(mlp:800-400-200,layers=0.7,width=1) | mlp:800-200",
        "slim(mlp:800-400-200,layers=0.1,width=1) | mlp:400",
        "slim(mlp:3,width=0.01) | mlp:1",
        "slim(cnn:10) | cnn:4,share=0.5",
        "slim(cnn:10,layers=0.6,width=1) | cnn:6",
        "slim(cnn:8,width=wide,layers=0.5,width=0.5) | cnn:4,width=wide,share=0.5",
        "slim(cnn:2,layers=0.1,width=0.5) | cnn:2,share=0.5",
        "slim(resnet:20) | resnet:14,width=0.5", // half of 3 blocks, rounded up
        "slim(resnet:56,layers=0.34,width=1) | resnet:20",
        "slim((resnet:20,width=2),layers=1,width=0.25) | resnet:20,width=0.5",
        "slim(resnet:20,shortcut=projection,layers=0.1) | resnet:8,width=0.5,shortcut=projection",
        "slim(mobilenet:1) | mobilenet:0.5,repeats=3",
        "slim(mobilenet:0.5,layers=0.05,width=1) | mobilenet:0.5,repeats=0",
        "slim(shufflenet:1) | shufflenet:0.5,groups=3", // its units are the family's own
        "slim((shufflenet:0.5,groups=8),layers=0.1,width=0.5) | shufflenet:0.25,groups=8",
        "slim(slim(mlp:800-800-800-800)) | mlp:200",
      })
  void aSlimNetworkIsOneOfTheSameFamily(String written, String slim) {
    assertThat(CORE.network(written)).hasToString(slim).isEqualTo(CORE.network(slim));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "slim(mlp:8,layers=0) | slim: layers must be above 0 to 1, was 0.0",
        "slim(mlp:8,width=1.5) | slim: width must be above 0 to 1, was 1.5",
        "slim(mlp:8,width=half) | slim: width must be a number, was 'half'",
        "slim(mlp:0) | mlp:0 has no hidden layers that could be fewer or narrower",
        "slim(mpl:8) | No network 'mpl'. Did you mean 'mlp'? Known: bert, cnn, mlp, mobilenet, quantised, resnet, shufflenet, slim, transformer.",
        "slim((mlp:8),layer=0.5) | No option of slim 'layer'. Did you mean 'layers'? Known: layers, width.",
        "slim(mlp:8,layer=0.5) | No option of mlp 'layer'. Known: dropout, inputDropout.",
        "slim(mlp:8,width=0.5,width=0.5) | No option of mlp 'width'. Known: dropout, inputDropout.",
        "slim:mlp:8 | slim is written around another, as in slim(mlp:400-400,layers=…); was 'slim:mlp:8'",
        "slim(teacher) | 'teacher' stands for the study's teacher network in the student's network alone; write the network itself here",
        "slim() | '' is no spec; one reads name:argument,key=value, as in mlp:400-400,dropout=0.3"
      })
  void whatCannotBeReadIsRefusedSayingWhatWouldBeRight(String written, String message) {
    assertThatThrownBy(() -> CORE.network(written))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void aFamilyWithoutSlimmerNetworksSaysSo() {
    assertThatThrownBy(() -> new TinyCnn(List.of(4), 1).slimmed(0.5f, 0.5f))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "tinycnn:[4]x1 knows no slimmer network of its own family; name the smaller network"
                + " itself");
  }

  @Test
  void aShuffleNetMayBeTooNarrow() {
    assertThatThrownBy(
            () -> CORE.network("slim(shufflenet:0.1,width=0.1)").build(new Shape(1, 32, 32), 10))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(": so narrow that stage 2 has no more channels than what is before")
        .hasMessageEndingWith("; take a greater width");
  }

  @Test
  void theTeacherIsPutInWhereItsWordStandsForANetwork() {
    String teacher = "resnet:20,width=2";
    assertThat(Networks.standing("teacher", teacher)).isEqualTo(teacher);
    assertThat(Networks.standing("slim(teacher,width=0.5)", teacher))
        .isEqualTo("slim((resnet:20,width=2),width=0.5)");
    assertThat(Networks.standing("quantised(slim( teacher ),bits=2)", teacher))
        .isEqualTo("quantised(slim((resnet:20,width=2)),bits=2)");
    assertThat(Networks.standing("teachers:4", teacher)).isEqualTo("teachers:4");
    assertThat(CORE.network(Networks.standing("slim(teacher)", teacher))).hasToString("resnet:14");
    assertThat(CORE.network(Networks.standing("quantised(slim(teacher,layers=1),bits=2)", teacher)))
        .hasToString("quantised(resnet:20,bits=2)");
  }
}
