/**
 * What networks learn from: {@linkplain org.kd4j.core.data.Samples samples} of one shape, where
 * they {@linkplain org.kd4j.core.data.DataSource come from}, how they are {@linkplain
 * org.kd4j.core.data.SplitSpec split}, and {@linkplain org.kd4j.core.data.Augmentation
 * augmentation} as operations on whole batches.
 *
 * <p>Start at {@link org.kd4j.core.data.DataSource}: one class and one binding make a new set. A
 * source brings samples as published; {@link org.kd4j.core.data.Splits#of} alone cuts them. The
 * generated {@link org.kd4j.core.data.Strokes strokes} need no file; they bring a validation set of
 * their own, so that {@code train=10000} is what networks learn from.
 *
 * <p>DJL's data sets are not used for training: their samplers draw from a global generator, make
 * an object per sample and fetch from the network.
 */
@NullMarked
package org.kd4j.core.data;

import org.jspecify.annotations.NullMarked;
