/**
 * Teacher and student learn together: online distillation, co-distillation, gated branches, KDCL.
 * No strategy is bound yet.
 */
@NullMarked
package org.kd4j.online;

import org.jspecify.annotations.NullMarked;
