/**
 * Optimisers with state of our own. DJL's hide their state (no exact resume), leak it, keep the
 * learning rate inside the momentum and clip on one side only; these follow PyTorch's arithmetic,
 * save and load, and clip by global norm.
 */
@NullMarked
package org.kd4j.core.optimizer;

import org.jspecify.annotations.NullMarked;
