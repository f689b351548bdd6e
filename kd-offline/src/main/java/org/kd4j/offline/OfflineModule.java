package org.kd4j.offline;

import ai.djl.ndarray.NDArray;
import org.kd4j.core.engine.Scalars;
import org.kd4j.core.objective.Formula;
import org.kd4j.core.wiring.StrategyModule;

/** Binds the strategies of this family. */
public final class OfflineModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy("offline").to(Offline.Factory.class);
    strategy("logit-matching").to(LogitMatching.Factory.class);
    strategy("ensemble").to(DeepEnsemble.Factory.class);
    strategy("multi-teacher").to(MultiTeacher.Factory.class);
    strategy("dkd").to(Dkd.Factory.class);
    strategy("dist").to(Dist.Factory.class);
    strategy("standardized-logits").to(StandardizedLogits.Factory.class);
    strategy("teacher-free").to(TeacherFree.Factory.class);
    strategy("label-smoothing").to(LabelSmoothing.Factory.class);
    strategy("curriculum-temperature").to(CurriculumTemperature.Factory.class);
    strategy("specialists").to(Specialists.Factory.class);
    strategy("defensive").to(DefensiveDistillation.Factory.class);
    representative("offline");

    formula("dkd", OfflineModule::dkd);
    formula("dist", OfflineModule::dist);
  }

  private static NDArray dkd(Formula.Inputs in) {
    NDArray student = in.array("student_logits");
    NDArray teacher = in.array("teacher_logits");
    NDArray labels = in.array("labels");
    float temperature = in.number("temperature");
    NDArray target = LogitFormulas.targetClassKl(student, teacher, labels, temperature);
    NDArray others = LogitFormulas.nonTargetClassesKl(student, teacher, labels, temperature);
    return Scalars.mul(target, in.number("alpha")).add(Scalars.mul(others, in.number("beta")));
  }

  private static NDArray dist(Formula.Inputs in) {
    NDArray student = in.array("student_logits");
    NDArray teacher = in.array("teacher_logits");
    NDArray between = LogitFormulas.interClass(student, teacher, 1);
    NDArray within = LogitFormulas.intraClass(student, teacher, 1);
    return Scalars.mul(between, in.number("beta")).add(Scalars.mul(within, in.number("gamma")));
  }
}
