package org.kd4j.core.data;

import ai.djl.ndarray.NDArray;

/**
 * A batch on a device.
 *
 * @param input FLOAT32 (batch, sample shape…), normalised
 * @param target INT64 (batch): class labels, −1 = unlabelled
 * @param rows the samples' rows in their set
 */
public record Batch(NDArray input, NDArray target, int[] rows) {}
