/**
 * Networks that learn together in one phase: teacher and student, codistillation, gated branches,
 * KDCL. Start reading at {@link org.kd4j.online.Online}, two learners that read each other; {@link
 * org.kd4j.online.CollaborativeLearning} is the class to copy where peers learn from one combined
 * target, {@link org.kd4j.online.NativeEnsemble} where one network teaches its own parts.
 *
 * <p>R. Anil et al., "Large scale distributed neural network training through online distillation",
 * ICLR 2018. X. Lan, X. Zhu, S. Gong, "Knowledge Distillation by On-the-Fly Native Ensemble",
 * NeurIPS 2018. Q. Guo et al., "Online Knowledge Distillation via Collaborative Learning", CVPR
 * 2020.
 */
@NullMarked
package org.kd4j.online;

import org.jspecify.annotations.NullMarked;
