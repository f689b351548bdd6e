/**
 * What tests of strategies stand on: a tiny task that trains in a second, and the contract suite
 * every strategy is held to. Shipped in the test jar of the core for families outside the tree.
 */
@NullMarked
package org.kd4j.core.testkit;

import org.jspecify.annotations.NullMarked;
