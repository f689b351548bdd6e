/** What a network says about samples, and how good that is. */
@NullMarked
package org.kd4j.core.evaluation;

import org.jspecify.annotations.NullMarked;
