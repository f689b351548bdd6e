package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;

/**
 * A batch on a device.
 *
 * @param input FLOAT32 (batch, sample shape…), normalised; for text INT64 (batch, 3, longest of the
 *     batch): token ids, mask, segments (see {@link TextSamples})
 * @param target INT64 (batch): class labels, −1 = unlabelled
 * @param rows the samples' rows in their set
 */
public record Batch(NDArray input, NDArray target, int[] rows) {}
