package org.kd4j.core.phase;

import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.Augmentation;
import org.kd4j.core.data.Samples;
import org.kd4j.core.data.Sampling;

/**
 * What a cast is fed: samples in an order of their own each epoch. Order and augmentation hang on
 * (trial seed, stream, epoch), so that all learners of a stream read the same batches.
 *
 * @param samples the data
 * @param sampling which of them an epoch reads, in which order
 * @param augmentation fresh each epoch, or one of {@code replicas}
 * @param replicas epoch e sees augmentation e mod replicas; 0 = always fresh
 * @param stream whose order; {@code main} for all but members of an ensemble
 * @param cacheMegabytes what a teacher says, logits and those features that are read, is computed
 *     once up to this size where inputs repeat from epoch to epoch, and at each step above it; 0 =
 *     never, at most 2000. It decides bits (of the batch it is computed in), so it is part of the
 *     fingerprint
 */
public record Feed(
    Samples samples,
    Sampling sampling,
    Augmentation augmentation,
    int replicas,
    String stream,
    int cacheMegabytes) {
  /** The stream everyone reads by default. */
  public static final String MAIN = "main";

  /** The default limit of cached outputs, in megabytes. */
  public static final int CACHE = 512;

  /** The largest limit of cached outputs, in megabytes: an array holds 2 GB. */
  public static final int MOST_CACHED = 2000;

  /** Checks ranges, and that the samples can be changed so. */
  public Feed {
    UsageException.require(replicas >= 0, "replicas must be 0 (fresh) or more, was %d", replicas);
    UsageException.require(
        cacheMegabytes >= 0 && cacheMegabytes <= MOST_CACHED,
        "cacheMegabytes must be 0 to %d, was %d",
        MOST_CACHED,
        cacheMegabytes);
    augmentation.requireFitting(samples);
  }

  /** Samples with fresh augmentation on the main stream. */
  public static Feed of(Samples samples, Augmentation augmentation) {
    return new Feed(samples, Sampling.ALL, augmentation, 0, MAIN, CACHE);
  }

  /** The same, read otherwise. */
  public Feed withSampling(Sampling other) {
    return new Feed(samples, other, augmentation, replicas, stream, cacheMegabytes);
  }

  /** The same on another stream. */
  public Feed withStream(String other) {
    return new Feed(samples, sampling, augmentation, replicas, other, cacheMegabytes);
  }

  /** The same with another limit of cached outputs. */
  public Feed withCache(int megabytes) {
    return new Feed(samples, sampling, augmentation, replicas, stream, megabytes);
  }

  /** How many samples an epoch reads. */
  public int draws() {
    return sampling.draws(samples.size());
  }

  /** How many different sets of inputs there are: 1 without augmentation, 0 = endless. */
  public int distinctInputs() {
    return augmentation instanceof Augmentation.None ? 1 : replicas;
  }
}
