package org.kd4j.core.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kd4j.core.strategy.Scratch;
import org.kd4j.core.testkit.TinyTask;

class SessionTests {
  @Test
  void aStudentLearnsFromLabels() {
    Session session = new Session(TinyTask.task(15), 1, TinyTask.context());
    new Scratch().distill(session);
    var history = session.runs().get(0).result().history();
    System.err.println(history.get(0) + "\n" + history.get(14));
    assertThat(history.get(14).of("student", "validationAccuracy")).isGreaterThan(0.8);
  }
}
