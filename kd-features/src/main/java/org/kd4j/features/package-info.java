/**
 * Knowledge from inside the teacher: hints, attention, flows, relations between samples,
 * variational information, factors, activation boundaries, review, borrowed classifiers; and the
 * formulas for transformers' hidden states.
 *
 * <p>A method's own part is a {@link org.kd4j.features.Comparison} of two features, which {@link
 * org.kd4j.features.Compared} sums over the pairs of a {@link org.kd4j.features.LayerMap}; what
 * needs more is a loss term of its own. {@link org.kd4j.features.FeatureDistillation} puts terms
 * beside labels and soft targets, in one phase or features first.
 */
@NullMarked
package org.kd4j.features;

import org.jspecify.annotations.NullMarked;
