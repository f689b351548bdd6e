package org.kd4j.core.network;

/**
 * What a network costs to store and to run.
 *
 * @param parameters trained values; running statistics are not counted
 * @param multiplyAdds of one sample's forward, in matrix products and convolutions
 */
public record Complexity(long parameters, long multiplyAdds) {}
