/**
 * Networks as values: an {@linkplain org.kd4j.core.network.Architecture architecture} says what a
 * network is, a {@linkplain org.kd4j.core.network.NetworkSpec spec} adds input and classes, and
 * only the runner opens one into a live {@linkplain org.kd4j.core.network.Network network}. Blocks
 * are DJL's, built of named stages whose outputs are the taps; they take randomness and mode from
 * the {@linkplain org.kd4j.core.network.Pass pass} of a forward and hold none.
 *
 * <p>Start reading at {@link org.kd4j.core.network.Mlp}; it is the class to copy for a network of
 * your own.
 */
@NullMarked
package org.kd4j.core.network;

import org.jspecify.annotations.NullMarked;
