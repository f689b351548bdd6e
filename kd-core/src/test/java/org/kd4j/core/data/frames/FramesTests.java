package org.kd4j.core.data.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kd4j.core.base.Draws;
import org.kd4j.core.base.Fingerprint;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.ArraySamples;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource.Place;

/** Synthetic speech: what is drawn, who says it, and where its frames lie. */
class FramesTests {
  private static final Frames SMALL = new Frames(7, 2, 3, 4);

  /** A change here changes every result ever reported on frames: never by accident. */
  @Test
  void theSameBytesOnEveryPlatform() {
    List<ByteBuffer> spectra = new ArrayList<>();
    new Frames(12, 1, 1, 0)
        .trainUtterances()
        .forEach(u -> spectra.add(ByteBuffer.wrap(u.spectra())));
    assertThat(Fingerprint.ofBytes(spectra.toArray(ByteBuffer[]::new)).hex())
        .isEqualTo("c4b588dc4ab6ce6c308acabbe76ed787f1bcf105517c8ab3021bf07210735043");
  }

  @Test
  void moreUtterancesNeverChangeThoseBefore() {
    List<Utterance> few = SMALL.trainUtterances();
    List<Utterance> more = new Frames(20, 2, 3, 4).trainUtterances();
    for (int i = 0; i < few.size(); i++) {
      assertThat(more.get(i).spectra()).isEqualTo(few.get(i).spectra());
      assertThat(more.get(i).words()).isEqualTo(few.get(i).words());
    }
  }

  @Test
  void splitsAndSeedsHaveUtterancesOfTheirOwn() {
    byte[] train = SMALL.trainUtterances().get(0).spectra();
    assertThat(SMALL.validationUtterances().get(0).spectra()).isNotEqualTo(train);
    assertThat(SMALL.testUtterances().get(0).spectra()).isNotEqualTo(train);
    assertThat(new Frames(7, 2, 3, 5).trainUtterances().get(0).spectra()).isNotEqualTo(train);
  }

  @Test
  void aSpeakerSaysFiveUtterancesAndSplitsShareNone() {
    assertThat(SMALL.trainUtterances())
        .extracting(Utterance::speaker)
        .containsExactly(0, 0, 0, 0, 0, 1, 1);
    List<Double> tracts = new ArrayList<>();
    for (String split : List.of("train", "validation", "test")) {
      Draws voices = Draws.of(4, "frames", split, "speaker");
      for (int who = 0; who < 4; who++) {
        tracts.add(new Speaker(voices.at(who)).tract);
      }
    }
    assertThat(tracts).doesNotHaveDuplicates();
  }

  /** Silence, words with silence between them or not, silence; every state at least once. */
  @Test
  void theStatesOfAnUtteranceSpellItsWords() {
    Lexicon lexicon = Lexicon.WORDS;
    for (Utterance utterance : new Frames(40, 1, 1, 9).trainUtterances()) {
      List<Integer> spelt = new ArrayList<>();
      for (int state : utterance.states()) {
        if (spelt.isEmpty() || spelt.get(spelt.size() - 1) != state) {
          spelt.add(state);
        }
      }
      List<Integer> silence = Arrays.stream(lexicon.silence()).boxed().toList();
      int at = after(spelt, 0, silence);
      for (int i = 0; i < utterance.words().size(); i++) {
        at =
            after(
                spelt,
                at,
                Arrays.stream(lexicon.states(utterance.words().get(i))).boxed().toList());
        boolean last = i + 1 == utterance.words().size();
        if (last || spelt.get(at).equals(silence.get(0))) {
          at = after(spelt, at, silence);
        }
      }
      assertThat(at).isEqualTo(spelt.size());
    }
  }

  private static int after(List<Integer> spelt, int at, List<Integer> expected) {
    assertThat(spelt.subList(at, at + expected.size())).isEqualTo(expected);
    return at + expected.size();
  }

  @Test
  void aWindowHasItsFrameInTheMiddleAndRepeatsTheEnds() {
    DataSet set =
        new FramesSource()
            .load(
                SpecText.parse("frames,train=7,validation=2,test=3,seed=4"),
                new Place(Optional.empty(), false));
    List<Utterance> test = SMALL.testUtterances();
    assertThat(set.test().size()).isEqualTo(test.stream().mapToInt(Utterance::frames).sum());
    assertThat(set.test().shape().getShape()).containsExactly(220);
    int second = test.get(0).frames();
    Utterance utterance = test.get(1);
    assertThat(set.test().labels()[second + 3]).isEqualTo(utterance.states()[3]);
    float[] window = ((ArraySamples) set.test()).raw(second + 3);
    for (int w = 0; w < Frames.WINDOW; w++) {
      int frame = Math.max(0, 3 + w - 5);
      for (int c = 0; c < Frames.CHANNELS; c++) {
        assertThat(window[w * Frames.CHANNELS + c])
            .isEqualTo(utterance.spectra()[frame * Frames.CHANNELS + c] & 0xff);
      }
    }
    assertThat(set.classNames()).hasSize(57).contains("SIL.1", "IY.2", "B.3");
    assertThat(set.train().classes()).isEqualTo(57);
  }

  /** A state's spectra are spread over the scale instead of lying at its ends. */
  @Test
  void energiesKeepWithinTheScale() {
    int ends = 0;
    int all = 0;
    for (Utterance utterance : new Frames(30, 1, 1, 0).trainUtterances()) {
      for (byte code : utterance.spectra()) {
        ends += code == 0 || code == -1 ? 1 : 0;
        all++;
      }
    }
    assertThat((double) ends / all).isLessThan(0.002);
  }

  @Test
  void wordsAreSpeltApart() {
    List<List<Integer>> spelt = new ArrayList<>();
    for (int word = 0; word < Lexicon.WORDS.size(); word++) {
      spelt.add(Arrays.stream(Lexicon.WORDS.states(word)).boxed().toList());
    }
    assertThat(spelt).doesNotHaveDuplicates();
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> Frames.parse(SpecText.parse("frames:10")))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "frames takes nothing after its name but options, as in frames,train=400; was 'frames:10'");
    assertThatThrownBy(() -> Frames.parse(SpecText.parse("frames,test=0")))
        .hasMessage(
            "frames: train, validation and test must be 1 to 20000 utterances, were 300, 40 and 0");
  }
}
