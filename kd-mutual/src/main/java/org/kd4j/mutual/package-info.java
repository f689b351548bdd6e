/**
 * Peers that teach each other, generations of born-again networks, self-distillation. No strategy
 * is bound yet.
 */
@NullMarked
package org.kd4j.mutual;

import org.jspecify.annotations.NullMarked;
