package org.kd4j.features.text;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kd4j.core.runner.Session;
import org.kd4j.core.evaluation.Evaluation;
import org.kd4j.core.testkit.TinyTask;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.features.FeaturesModule;

class TmpContractTests {
  @TestFactory
  Stream<DynamicTest> t() {
    return Stream.of("scratch", "tinybert", "minilm", "pkd", "distilbert").map(id -> dynamicTest(id, () -> {
      long t = System.nanoTime();
      Session s = new Session(TinyTask.text(25), 7, TinyTask.context());
      var r = Distillation.of(new FeaturesModule()).strategies().configure(id, Map.of()).strategy().distill(s);
      var v = s.task().validation().orElseThrow();
      System.err.println("RES " + id + " " + Evaluation.accuracy(s.predict(r.deployed(), v)) + " teacher " + Evaluation.accuracy(s.predict(s.teacher(), v)) + " " + (System.nanoTime() - t) / 1e9);
    }));
  }
}
