/**
 * Networks that teach each other or themselves. Start reading at {@link
 * org.kd4j.mutual.DeepMutualLearning}: peers, and the class to copy for a strategy of your own;
 * {@link org.kd4j.mutual.BornAgain} is a loop over phases, {@link org.kd4j.mutual.SelfDistillation}
 * has a follower in its cast, {@link org.kd4j.mutual.BeYourOwnTeacher} exits along one network.
 *
 * <p>Y. Zhang, T. Xiang, T. M. Hospedales, H. Lu, "Deep Mutual Learning", CVPR 2018. T. Furlanello,
 * Z. C. Lipton, M. Tschannen, L. Itti, A. Anandkumar, "Born Again Neural Networks", ICML 2018. K.
 * Kim, B. Ji, D. Yoon, S. Hwang, "Self-Knowledge Distillation with Progressive Refinement of
 * Targets", ICCV 2021. L. Zhang, J. Song, A. Gao, J. Chen, C. Bao, K. Ma, "Be Your Own Teacher",
 * ICCV 2019.
 */
@NullMarked
package org.kd4j.mutual;

import org.jspecify.annotations.NullMarked;
