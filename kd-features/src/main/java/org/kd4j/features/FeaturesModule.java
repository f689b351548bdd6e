package org.kd4j.features;

import ai.djl.ndarray.NDArray;
import java.util.function.BinaryOperator;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Formula;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.wiring.StrategyModule;
import org.kd4j.features.text.DistilBert;
import org.kd4j.features.text.MiniLm;
import org.kd4j.features.text.PatientDistillation;
import org.kd4j.features.text.TinyBert;

/** Binds the strategies of this family. */
public final class FeaturesModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy("hints").to(Hints.Factory.class);
    strategy("attention-transfer").to(AttentionTransfer.Factory.class);
    strategy("similarity-preserving").to(SimilarityPreserving.Factory.class);
    strategy("pkt").to(ProbabilisticTransfer.Factory.class);
    strategy("rkd").to(RelationalDistillation.Factory.class);
    strategy("neuron-selectivity").to(NeuronSelectivity.Factory.class);
    strategy("correlation-congruence").to(CorrelationCongruence.Factory.class);
    strategy("activation-boundaries").to(ActivationBoundaries.Factory.class);
    strategy("fsp").to(FlowOfSolution.Factory.class);
    strategy("factor-transfer").to(FactorTransfer.Factory.class);
    strategy("review").to(KnowledgeReview.Factory.class);
    strategy("vid").to(VariationalInformation.Factory.class);
    strategy("overhaul").to(Overhaul.Factory.class);
    strategy("simkd").to(SimKd.Factory.class);
    strategy("crd").to(ContrastiveRepresentation.Factory.class);
    strategy("tinybert").to(TinyBert.Factory.class);
    strategy("minilm").to(MiniLm.Factory.class);
    strategy("pkd").to(PatientDistillation.Factory.class);
    strategy("distilbert").to(DistilBert.Factory.class);
    representative("similarity-preserving");

    formulasOfMaps();
    formulasOfRelations();
    formulasOfSequences();
  }

  private void formulasOfMaps() {
    formula("hint_mse", maps(MapFormulas::hint));
    formula("attention_transfer", FeaturesModule::attention);
    formula("attention_transfer_resized", FeaturesModule::attention);
    formula("fsp", FeaturesModule::flow);
    formula("neuron_selectivity", maps(MapFormulas::neuronSelectivity));
    formula("vid", FeaturesModule::variationalInformation);
    formula("factor_transfer", FeaturesModule::factor);
    formula("activation_boundaries", FeaturesModule::activationBoundaries);
    formula("review_hcl", maps(MapFormulas::hierarchicalContext));
  }

  private void formulasOfRelations() {
    formula("similarity_preserving", maps(RelationFormulas::similarityPreserving));
    formula("pkt", of("embedding", RelationFormulas::probabilisticTransfer));
    formula("rkd", FeaturesModule::relations);
    formula("correlation_congruence", of("embedding", RelationFormulas::neighbouringDifferences));
  }

  private void formulasOfSequences() {
    formula("hidden_cosine", of("hidden", SequenceFormulas::hiddenCosine));
    formula("hidden_mse_masked", FeaturesModule::maskedHidden);
    formula("pkd", of("hidden", SequenceFormulas::patient));
    formula("tinybert_hidden_mse", FeaturesModule::projectedHidden);
    formula("tinybert_attention_mse", of("attention", SequenceFormulas::attentionScoresMse));
    formula("tinybert_attention_mse_masked", of("attention", SequenceFormulas::attentionScoresMse));
    formula(
        "tinybert_prediction",
        in ->
            Formulas.softTargetsCrossEntropy(
                in.array("student_logits"), in.array("teacher_logits"), in.number("temperature")));
  }

  private static Formula maps(BinaryOperator<NDArray> formula) {
    return of("features", formula);
  }

  /** A formula of the student's and the teacher's. */
  private static Formula of(String what, BinaryOperator<NDArray> formula) {
    return in -> formula.apply(in.array("student_" + what), in.array("teacher_" + what));
  }

  private static NDArray attention(Formula.Inputs in) {
    return MapFormulas.attentionOfCode(
        in.array("student_features"), in.array("teacher_features"), (int) in.number("p"));
  }

  private static NDArray flow(Formula.Inputs in) {
    return MapFormulas.flowDifference(
        MapFormulas.flow(in.array("student_features_low"), in.array("student_features_high")),
        MapFormulas.flow(in.array("teacher_features_low"), in.array("teacher_features_high")));
  }

  /** The file gives the regressor's three 1×1 convolutions, without biases. */
  private static NDArray variationalInformation(Formula.Inputs in) {
    NDArray hidden = convolved(in.array("student_features"), in.array("regressor_1"));
    hidden = Scalars.maximum(hidden, 0);
    hidden = Scalars.maximum(convolved(hidden, in.array("regressor_2")), 0);
    return MapFormulas.variationalInformation(
        convolved(hidden, in.array("regressor_3")),
        in.array("teacher_features"),
        in.array("log_scale"));
  }

  private static NDArray convolved(NDArray map, NDArray kernel) {
    NDArray byChannel = map.transpose(0, 2, 3, 1);
    NDArray weight = kernel.reshape(kernel.getShape().get(0), kernel.getShape().get(1));
    return byChannel.matMul(weight.transpose()).transpose(0, 3, 1, 2);
  }

  private static NDArray factor(Formula.Inputs in) {
    return MapFormulas.factorByAttention(in.array("student_factor"), in.array("teacher_factor"));
  }

  private static NDArray activationBoundaries(Formula.Inputs in) {
    NDArray loss =
        MapFormulas.activationBoundaries(
            in.array("student_features"), in.array("teacher_features"), in.number("margin"));
    return Scalars.mul(loss, in.number("scale"));
  }

  private static NDArray relations(Formula.Inputs in) {
    NDArray student = in.array("student_embedding");
    NDArray teacher = in.array("teacher_embedding");
    NDArray distance = RelationFormulas.relationalDistance(student, teacher);
    NDArray angle = RelationFormulas.relationalAngle(student, teacher);
    return Scalars.mul(distance, in.number("distance_weight"))
        .add(Scalars.mul(angle, in.number("angle_weight")));
  }

  private static NDArray maskedHidden(Formula.Inputs in) {
    return SequenceFormulas.hiddenMse(
        in.array("student_hidden"), in.array("teacher_hidden"), in.array("mask"));
  }

  private static NDArray projectedHidden(Formula.Inputs in) {
    return SequenceFormulas.projectedHiddenMse(
        in.array("student_hidden"), in.array("teacher_hidden"), in.array("projection"));
  }
}
