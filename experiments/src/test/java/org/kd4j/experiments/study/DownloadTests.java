package org.kd4j.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.data.DataSet;
import org.kd4j.core.data.DataSource;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.wiring.Distillation;
import org.kd4j.core.wiring.StrategyModule;

/** Data that may be fetched is read by the engine, so the engine comes first. */
class DownloadTests {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch read = new CountDownLatch(1);

  /** Data that only notes that it was asked for. */
  private final class Fetched extends StrategyModule {
    @Override
    protected void configureStrategies() {
      data("fetched")
          .toInstance(
              new DataSource() {
                @Override
                public DataSet load(SpecText spec, Place place) {
                  read.countDown();
                  throw new UsageException("nothing there");
                }

                @Override
                public String summary() {
                  return "fetched   nothing";
                }
              });
    }
  }

  @Test
  @Timeout(60)
  void nothingIsFetchedBeforeTheEngineHasStarted() throws InterruptedException {
    Distillation known = Distillation.of(new Fetched());
    StudySpec study = StudyDraft.empty(known, "fetched").override("data=fetched").complete();
    RunSettings settings =
        new RunSettings(Optional.empty(), true, Optional.empty(), 1, "cpu", true);
    StudyListener listener =
        new StudyListener() {
          @Override
          public void stage(String what) {
            asked.countDown();
            await(held);
          }
        };
    Thread reader =
        new Thread(
            () -> new StudyRunner(known, Map.of()).unfit(study, settings, listener), "reader");
    List<Throwable> refused = new java.util.concurrent.CopyOnWriteArrayList<>();
    reader.setUncaughtExceptionHandler((thread, e) -> refused.add(e));
    reader.start();
    asked.await();
    synchronized (Engines.class) { // as one who starts it would
      held.countDown();
      assertThat(read.await(300, TimeUnit.MILLISECONDS)).isFalse();
    }
    reader.join();
    assertThat(read.getCount()).isZero();
    assertThat(refused).singleElement().isInstanceOf(UsageException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
