/**
 * All that touches DJL's internals: driving autograd, gathering rows, settings of the native
 * libraries. The only package that knows {@code ai.djl.pytorch}; a test keeps it so.
 *
 * <p>DJL's gradient collector is one per process and its optimisers and dropout hang on global
 * state; exact training of several networks side by side goes around them, here and nowhere else.
 */
@NullMarked
package org.kd4j.core.engine;

import org.jspecify.annotations.NullMarked;
