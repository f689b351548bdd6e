/**
 * A generalist and its specialists: groups of classes the generalist confuses, a finer network for
 * each, and the one distribution that agrees best with all of them. Start reading at {@link
 * org.kd4j.offline.specialists.GeneralistWithSpecialists}.
 *
 * <p>G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", NIPS deep
 * learning workshop, 2014, section 5.
 */
@NullMarked
package org.kd4j.offline.specialists;

import org.jspecify.annotations.NullMarked;
