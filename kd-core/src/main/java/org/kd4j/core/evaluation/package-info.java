/**
 * What a network says about samples, and how good that is. Start reading at {@link
 * org.kd4j.core.evaluation.Evaluation}.
 */
@NullMarked
package org.kd4j.core.evaluation;

import org.jspecify.annotations.NullMarked;
