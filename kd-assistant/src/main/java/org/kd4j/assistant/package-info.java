/**
 * The capacity gap: a teacher can be too good for its student. Assistants of sizes between the two
 * bridge it, or one of the two stops early. Start reading at {@link org.kd4j.assistant.Assistant},
 * the class to copy for a strategy of your own.
 *
 * <p>S. I. Mirzadeh et al., "Improved Knowledge Distillation via Teacher Assistant", AAAI 2020. W.
 * Son et al., "Densely Guided Knowledge Distillation using Multiple Teacher Assistants", ICCV 2021.
 * J. H. Cho, B. Hariharan, "On the Efficacy of Knowledge Distillation", ICCV 2019.
 */
@NullMarked
package org.kd4j.assistant;

import org.jspecify.annotations.NullMarked;
