/**
 * Synthetic speech for acoustic models: {@link org.kd4j.core.data.frames.Frames} is the set, drawn
 * from {@link org.kd4j.core.data.frames.Phone phones} and a small {@link
 * org.kd4j.core.data.frames.Lexicon}; what a network says of its frames becomes words in {@link
 * org.kd4j.core.evaluation.WordLoop}.
 */
@NullMarked
package org.kd4j.core.data.frames;

import org.jspecify.annotations.NullMarked;
