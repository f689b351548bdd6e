/**
 * Distillation from a fixed teacher. Start reading at {@link org.kd4j.offline.Offline}: Hinton's
 * soft targets, and the class to copy for a strategy of your own.
 *
 * <p>The formulas are in {@link org.kd4j.offline.LogitFormulas}, apart from those every family
 * shares ({@link org.kd4j.core.objective.Formulas}). Two strategies have no teacher and stand here
 * as controls: {@link org.kd4j.offline.LabelSmoothing} and {@link org.kd4j.offline.TeacherFree}.
 *
 * <p>G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network", 2015. J. Ba,
 * R. Caruana, "Do Deep Nets Really Need to be Deep?", NeurIPS 2014. B. Lakshminarayanan, A.
 * Pritzel, C. Blundell, "Simple and Scalable Predictive Uncertainty Estimation using Deep
 * Ensembles", NeurIPS 2017. H. Zhang, D. Chen, C. Wang, "Confidence-Aware Multi-Teacher Knowledge
 * Distillation", ICASSP 2022.
 */
@NullMarked
package org.kd4j.offline;

import org.jspecify.annotations.NullMarked;
