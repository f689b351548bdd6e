/**
 * Distillation from a fixed teacher. Start reading at {@link org.kd4j.offline.Offline}: Hinton's
 * soft targets, and the class to copy for a strategy of your own.
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
