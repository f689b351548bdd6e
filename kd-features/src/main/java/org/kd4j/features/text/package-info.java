/**
 * Knowledge from inside a transformer that reads text: {@link org.kd4j.features.text.TinyBert},
 * {@link org.kd4j.features.text.MiniLm}, {@link org.kd4j.features.text.PatientDistillation}, {@link
 * org.kd4j.features.text.DistilBert}.
 *
 * <p>Each method is its own loss terms, records over pairs of layers, in phases of its own. The
 * formulas are {@link org.kd4j.features.SequenceFormulas}'; what a term does about padding is said
 * where it is defined. {@link org.kd4j.features.text.Encoders} tells whether a task's networks can
 * be compared; {@link org.kd4j.features.Shared} lets phases share the student's epochs.
 */
@NullMarked
package org.kd4j.features.text;

import org.jspecify.annotations.NullMarked;
