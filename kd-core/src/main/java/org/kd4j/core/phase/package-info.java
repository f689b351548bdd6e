/**
 * A {@linkplain org.kd4j.core.phase.Phase phase} is one joint training of a cast of networks on one
 * feed of data, as immutable data: {@linkplain org.kd4j.core.phase.Learner learners} are updated,
 * {@linkplain org.kd4j.core.phase.Guide guides} are frozen and teach. What comes out is {@linkplain
 * org.kd4j.core.phase.Knowledge knowledge}: it may teach the next phase and may be deployed.
 */
@NullMarked
package org.kd4j.core.phase;

import org.jspecify.annotations.NullMarked;
