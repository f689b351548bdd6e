/**
 * Knowledge in intermediate features: hints, attention, relations, up to TinyBERT. No strategy is
 * bound yet.
 */
@NullMarked
package org.kd4j.features;

import org.jspecify.annotations.NullMarked;
