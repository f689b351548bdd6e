package org.kd4j.core.data.frames;

import java.util.List;

/**
 * Words that somebody said in a row, frame by frame.
 *
 * @param speaker who, within the split
 * @param words what, by {@link Lexicon} index
 * @param states the state of each frame: its label
 * @param spectra {@link Frames#CHANNELS} log energies a frame, frame after frame, in steps of a
 *     third of a decibel
 */
public record Utterance(int speaker, List<Integer> words, int[] states, byte[] spectra) {
  /** How many frames it lasts. */
  public int frames() {
    return states.length;
  }
}
