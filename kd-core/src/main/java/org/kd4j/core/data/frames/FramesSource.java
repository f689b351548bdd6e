package org.kd4j.core.data.frames;

import java.util.Optional;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource;

/**
 * {@code frames}: windows of spectral frames of synthetic speech, see {@link Frames}. Needs no
 * file. Brings its own validation set, by speakers of its own.
 */
public final class FramesSource implements DataSource {
  @Override
  public DataSet load(SpecText spec, Place place) {
    Frames frames = Frames.parse(spec);
    return new DataSet(
        "frames",
        Frames.windows("frames/train", frames.trainUtterances()),
        Optional.of(Frames.windows("frames/validation", frames.validationUtterances())),
        Frames.windows("frames/test", frames.testUtterances()),
        Frames.classNames(),
        0);
  }

  @Override
  public String summary() {
    return "generated speech: windows of 11 spectral frames and the HMM state of the middle one;"
        + " options in utterances of some 145 frames train=300, validation=40, test=100, and seed=0";
  }
}
