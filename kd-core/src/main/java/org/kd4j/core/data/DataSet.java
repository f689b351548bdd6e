package org.kd4j.core.data;

import java.util.List;
import java.util.Optional;

/**
 * What a {@link DataSource} brings: raw samples as published, before any split of ours.
 *
 * @param name what people call it
 * @param train the training samples
 * @param validation its own validation samples, if it brings some
 * @param test the test samples; only the end of a trial ever sees them
 * @param classNames a name per class
 * @param customaryValidation how many of the last training rows are its customary validation set
 *     (10,000 for MNIST); 0 if there is no such custom
 */
public record DataSet(
    String name,
    MemorySamples train,
    Optional<MemorySamples> validation,
    MemorySamples test,
    List<String> classNames,
    int customaryValidation) {}
