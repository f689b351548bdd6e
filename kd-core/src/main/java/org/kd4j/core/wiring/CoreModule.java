package org.kd4j.core.wiring;

import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.util.Map;
import org.kd4j.core.data.CifarSource;
import org.kd4j.core.data.CsvSource;
import org.kd4j.core.data.IdxSource;
import org.kd4j.core.data.ImagesSource;
import org.kd4j.core.data.MnistSource;
import org.kd4j.core.data.OptdigitsSource;
import org.kd4j.core.data.PhrasesSource;
import org.kd4j.core.data.StrokesSource;
import org.kd4j.core.data.frames.FramesSource;
import org.kd4j.core.network.Bert;
import org.kd4j.core.network.Mlp;
import org.kd4j.core.network.MobileNet;
import org.kd4j.core.network.NetworkFamily;
import org.kd4j.core.network.Networks;
import org.kd4j.core.network.PlainCnn;
import org.kd4j.core.network.Quantised;
import org.kd4j.core.network.ResNet;
import org.kd4j.core.network.ShuffleNet;
import org.kd4j.core.network.Slim;
import org.kd4j.core.network.Transformer;
import org.kd4j.core.objective.Formulas;
import org.kd4j.core.strategy.Scratch;
import org.kd4j.core.strategy.StrategyRegistry;

/** What the core itself brings; always there. */
final class CoreModule extends StrategyModule {
  @Override
  protected void configureStrategies() {
    strategy(StrategyRegistry.SCRATCH).to(Scratch.Factory.class);

    network("mlp").to(Mlp.Family.class);
    network("cnn").to(PlainCnn.Family.class);
    network("resnet").to(ResNet.Family.class);
    network("mobilenet").to(MobileNet.Family.class);
    network("shufflenet").to(ShuffleNet.Family.class);
    network("transformer").to(Transformer.Family.class);
    network("bert").to(Bert.Family.class);
    network("slim").to(Slim.class);
    network("quantised").to(Quantised.Family.class);

    data("strokes").to(StrokesSource.class);
    data("phrases").to(PhrasesSource.class);
    data("frames").to(FramesSource.class);
    data("mnist").to(MnistSource.class);
    data("cifar10").to(CifarSource.class);
    data("optdigits").to(OptdigitsSource.class);
    data("idx").to(IdxSource.class);
    data("csv").to(CsvSource.class);
    data("images").to(ImagesSource.class);

    formula(
        "soft_targets_kl",
        in ->
            Formulas.softTargetsKl(
                in.array("student_logits"), in.array("teacher_logits"), in.number("temperature")));
    formula(
        "soft_targets_cross_entropy",
        in ->
            Formulas.softTargetsCrossEntropy(
                in.array("student_logits"), in.array("teacher_logits"), in.number("temperature")));
    formula(
        "logit_mse",
        in -> Formulas.logitMse(in.array("student_logits"), in.array("teacher_logits")));
  }

  @Provides
  @Singleton
  Networks networks(Map<String, NetworkFamily> families) {
    return new Networks(families);
  }
}
