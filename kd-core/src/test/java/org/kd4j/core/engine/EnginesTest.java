package org.kd4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;

class EnginesTest {
  @AfterEach
  void backToDefaults() {
    Engines.start(EngineSettings.defaults());
  }

  @Test
  void startingTwiceOrAtOnceGivesOneReport() {
    EngineReport first = Engines.start(EngineSettings.defaults());
    List<EngineReport> all =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(i -> Engines.start(EngineSettings.defaults()))
            .toList();
    assertThat(all).containsOnly(first);
    assertThat(Engines.running()).contains(first);
    assertThat(first.pytorch()).startsWith("2.7");
    assertThat(first.tunings())
        .extracting(EngineReport.Tuning::name)
        .doesNotHaveDuplicates()
        .hasSize(4);
  }

  @Test
  void whereMklChoosesByVendorTheVendorIsInTheFingerprint() {
    EngineReport.Tuning left = new EngineReport.Tuning(Engines.MKL, false, "not needed");
    EngineReport.Tuning made = new EngineReport.Tuning(Engines.MKL, true, "AVX512");
    assertThat(report("GenuineIntel", left).fingerprintWords())
        .contains("mkl-kernels by-vendor GenuineIntel")
        .isNotEqualTo(report("AuthenticAMD", left).fingerprintWords());
    assertThat(report("AuthenticAMD", made).fingerprintWords())
        .contains("mkl-kernels by-instruction-set");
    assertThat(Engines.start(EngineSettings.defaults()).vendor()).isEqualTo(Platform.vendor());
  }

  private static EngineReport report(String vendor, EngineReport.Tuning mkl) {
    return new EngineReport(
        "0", "2", Device.cpu(), 1, "a processor", vendor, "AVX2", "MKL", List.of(mkl));
  }

  @Test
  void anotherNumberOfThreadsIsAnotherFingerprint() {
    EngineReport one = Engines.start(EngineSettings.defaults());
    EngineReport two = Engines.start(EngineSettings.defaults().withThreads(2));
    assertThat(JniUtils.getNumThreads()).isEqualTo(2);
    assertThat(two.fingerprintWords()).isNotEqualTo(one.fingerprintWords());
    assertThat(Engines.start(EngineSettings.defaults()).fingerprintWords())
        .isEqualTo(one.fingerprintWords());
  }

  /** OpenMP keeps the number per thread: a new one starts with what the machine has. */
  @Test
  void aFreshThreadThatTurnsGradientsOffComputesOnOneThreadToo() throws InterruptedException {
    Engines.start(EngineSettings.defaults());
    int[] threads = new int[1];
    Thread thread =
        new Thread(
            () -> {
              Autograd.off();
              threads[0] = JniUtils.getNumThreads();
            });
    thread.start();
    thread.join();
    assertThat(threads[0]).isEqualTo(1);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void mklKeepsItsAnswerWhereWeThinkItDoes() {
    Engines.start(EngineSettings.defaults());
    SelfTest.productError();
    MklKernels kernels =
        MklKernels.in(Path.of(LibUtils.getLibtorchPath(), "libtorch_cpu.so")).orElseThrow();
    boolean intel = Platform.processor("vendor_id").orElse("").equals("GenuineIntel");
    assertThat(kernels.open()).isFalse();
    if (intel) {
      assertThat(kernels.value()).isEqualTo(1);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void theBundledLibraryHasTheFusedUpdates() {
    assertThat(Engines.start(EngineSettings.defaults()).tuned(Engines.UPDATES)).isTrue();
    assertThat(SelfTest.updateError()).isLessThan(1e-6);
    assertThat(SelfTest.productError()).isLessThan(1e-6);
  }

  @Test
  void anUnknownDeviceIsRefusedBeforeTheEngineStarts() {
    assertThatThrownBy(() -> EngineSettings.defaults().withDevice("tpu"))
        .isInstanceOf(UsageException.class)
        .hasMessage("No device 'tpu'. Known: cpu, gpu (the first), gpu0, gpu1 ...");
  }

  @Test
  void aGpuThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> Engines.start(EngineSettings.defaults().withDevice("gpu97")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Device 'gpu97' is not here: ");
    assertThat(Engines.start(EngineSettings.defaults()).device()).isEqualTo(Device.cpu());
  }

  private static RuntimeException explained(Throwable cause) {
    return Engines.explained(
        new EngineException("Failed to extract PyTorch native library", cause),
        Path.of("/cache"),
        "linux-x86_64");
  }

  @Test
  void failuresToLoadNameTheWayOut() {
    assertThat(explained(new IOException("No space left on device")))
        .isInstanceOf(RunException.class)
        .hasMessage(
            "The disk is full: PyTorch's native library (430 MB) cannot be unpacked into /cache. Free"
                + " some space, or set DJL_CACHE_DIR to a folder with 500 MB of space.");
    assertThat(explained(new AccessDeniedException("/cache/pytorch")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("/cache is not writable");
    assertThat(explained(new UnknownHostException("publish.djl.ai")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no native PyTorch library for linux-x86_64");
    assertThat(explained(new UnsatisfiedLinkError("libtorch.so: file too short")))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("file too short")
        .hasMessageContaining("delete /cache");
  }
}
