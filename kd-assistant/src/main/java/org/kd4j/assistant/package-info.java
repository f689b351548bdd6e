/**
 * The capacity gap: teacher assistants, paths of assistants, early-stopped students and teachers.
 * No strategy is bound yet.
 */
@NullMarked
package org.kd4j.assistant;

import org.jspecify.annotations.NullMarked;
