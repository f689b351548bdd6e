package org.kd4j.core.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.RunException;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.EngineReport.Tuning;

/**
 * Starts the engine: quietly (no telemetry, no network, no progress bars), on a stated number of
 * threads, and with the native libraries set up as training needs them.
 *
 * <p>The tunings, all left alone with {@link EngineSettings#nativeTuning()} off:
 *
 * <ul>
 *   <li>{@value #WAITING}: idle OpenMP threads sleep. By default they spin, and two processes with
 *       two threads each on two cores take four times as long.
 *   <li>{@value #MEMORY}: glibc keeps freed memory. By default each array above 128 kB is a mapping
 *       of its own and its pages are faulted in anew every step.
 *   <li>{@value #MKL}: see {@link MklKernels}.
 *   <li>{@value #UPDATES}: see {@link FusedUpdates}.
 * </ul>
 */
public final class Engines {
  /** The name of the tuning of idle threads. */
  public static final String WAITING = "passive waiting";

  /** The name of the tuning of the allocator. */
  public static final String MEMORY = "memory reuse";

  /** The name of the tuning of matrix products. */
  public static final String MKL = "MKL kernels by instruction set";

  /** The name of the tuning of optimiser steps. */
  public static final String UPDATES = "fused updates";

  static final String PYTORCH = "PyTorch";

  private static final String SWITCHED_OFF = "native tuning is switched off";
  private static final double TOLERANCE = 1e-5;

  private static @Nullable EngineReport started;
  private static boolean tuned;

  private Engines() {}

  /**
   * Starts the engine, once: a later call may ask for another number of threads or another device,
   * and gets what was tuned at the first.
   *
   * @param settings how
   * @return what is running
   * @throws UsageException where the machine lacks what was asked for
   * @throws RunException where the native library cannot be unpacked or loaded
   */
  public static synchronized EngineReport start(EngineSettings settings) {
    EngineReport before = started;
    if (before == null) {
      List<Tuning> tunings = new ArrayList<>();
      boolean fresh = !loaded();
      if (fresh) {
        quiet(settings);
      }
      tuned = settings.nativeTuning();
      early(settings, fresh, tunings);
      load();
      JniUtils.setNumThreads(settings.threads());
      late(settings, tunings);
      before = report(Device.cpu(), settings.threads(), tunings);
    }
    JniUtils.setGradMode(false);
    JniUtils.setNumThreads(settings.threads());
    List<Tuning> tunings = before.tunings();
    EngineReport now = report(device(settings.device(), before), settings.threads(), tunings);
    started = now;
    return now;
  }

  /**
   * Begins to start the engine on a thread of its own: what needs it not, such as reading data, can
   * be done meanwhile.
   *
   * @param settings as {@link #start} takes them
   * @return to be closed, which waits until the engine is there or has failed to start
   */
  public static Starting begin(EngineSettings settings) {
    return new Starting(settings);
  }

  /** An engine that is being started. */
  public static final class Starting implements AutoCloseable {
    private final EngineSettings settings;
    private final FutureTask<EngineReport> task;

    private Starting(EngineSettings settings) {
      this.settings = settings;
      this.task = new FutureTask<>(() -> start(settings));
      new Thread(task, "engine").start();
    }

    /** Waits for it; throws what {@link #start} throws. */
    public EngineReport await() {
      try {
        task.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException refused) {
          throw refused;
        }
        throw (Error) e.getCause(); // start declares no other
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RunException("Interrupted while PyTorch started.", e);
      }
      return start(settings); // on this thread too: some of its state is a thread's own
    }

    /** A process that ends while the library is being loaded may crash. */
    @Override
    public void close() {
      try {
        task.get();
      } catch (ExecutionException e) {
        // Told by await; without it something else was refused before.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Starts the engine with the defaults, unless somebody has started it. */
  static synchronized void ensureStarted() {
    if (started == null) {
      start(EngineSettings.defaults());
    }
  }

  /**
   * The engine as it was started.
   *
   * @return empty before {@link #start}
   */
  public static synchronized Optional<EngineReport> running() {
    return Optional.ofNullable(started);
  }

  private static void quiet(EngineSettings settings) {
    set("OPT_OUT_TRACKING", "true");
    set("DJL_DISABLE_PROGRESS_BAR", "true");
    set("disableProgressBar", "true");
    set("ai.djl.pytorch.num_interop_threads", "1");
    if (!settings.download()) {
      set("ai.djl.offline", "true");
    }
  }

  /** Whoever set a property on the command line meant it. */
  private static void set(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Whether somebody has loaded the native library already; where it cannot be known, no. */
  private static boolean loaded() {
    return Platform.lines(Path.of("/proc/self/maps")).stream()
        .anyMatch(line -> line.endsWith("libtorch_cpu.so"));
  }

  private static void load() {
    try {
      Engine.getEngine(PYTORCH);
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw explained(e, Utils.getEngineCacheDir("pytorch"), Platform.name());
    }
  }

  /**
   * Why the native library could not be loaded, and the way out.
   *
   * @param failure what DJL threw
   * @param cache where the library is unpacked
   * @param platform this machine
   */
  static RuntimeException explained(Throwable failure, Path cache, String platform) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = failure; t != null && !chain.contains(t); t = t.getCause()) {
      chain.add(t);
    }
    Throwable root = chain.get(chain.size() - 1);
    StringBuilder words = new StringBuilder();
    chain.forEach(t -> words.append(t).append('\n'));
    String said = words.toString().toLowerCase(Locale.ROOT);
    String elsewhere = "set DJL_CACHE_DIR to a folder with 500 MB of space";
    if (said.contains("no space left") || said.contains("disk quota")) {
      return new RunException(
          "The disk is full: PyTorch's native library (430 MB) cannot be unpacked into "
              + cache
              + ". Free some space, or "
              + elsewhere
              + ".",
          failure);
    }
    if (root instanceof AccessDeniedException
        || said.contains("permission denied")
        || said.contains("read-only file system")) {
      return new UsageException(
          "PyTorch's native library cannot be unpacked: "
              + cache
              + " is not writable. Make it so, or "
              + elsewhere
              + ".",
          failure);
    }
    if (said.contains("offline mode")
        || said.contains("unknownhost")
        || said.contains("cannot download")
        || said.contains("failed to save pytorch index")) {
      return new UsageException(
          "There is no native PyTorch library for "
              + platform
              + " on the class path, and it was not"
              + " fetched. Build on this platform (Maven picks its library by itself), point"
              + " PYTORCH_LIBRARY_PATH at a libtorch 2.7.1, or allow a download.",
          failure);
    }
    if (said.contains("deep learning engine not found")) {
      return new UsageException(
          "DJL's PyTorch engine is not on the class path; run from the unpacked distribution.",
          failure);
    }
    if (root instanceof UnsatisfiedLinkError) {
      return new RunException(
          "PyTorch's native library does not load: "
              + root.getMessage()
              + ". If it was left half unpacked, delete "
              + cache
              + " and start again; an old system"
              + " may lack the C library PyTorch 2.7 needs (glibc 2.28).",
          failure);
    }
    return new RunException("PyTorch's engine does not start: " + root, failure);
  }

  /** What must happen before the native library is loaded. */
  private static void early(EngineSettings settings, boolean fresh, List<Tuning> tunings) {
    if (!settings.nativeTuning()) {
      tunings.add(new Tuning(WAITING, false, SWITCHED_OFF));
      tunings.add(new Tuning(MEMORY, false, SWITCHED_OFF));
      return;
    }
    Optional<NativeLibrary> libc = libc();
    tunings.add(waiting(settings, fresh, libc));
    tunings.add(memory(libc));
  }

  private static Tuning waiting(
      EngineSettings settings, boolean fresh, Optional<NativeLibrary> libc) {
    if (libc.isEmpty()) {
      return new Tuning(WAITING, false, "only on Linux; set OMP_WAIT_POLICY=PASSIVE yourself");
    }
    String given = System.getenv("OMP_WAIT_POLICY");
    if (given != null) {
      boolean passive = given.equalsIgnoreCase("PASSIVE");
      return new Tuning(WAITING, passive, "OMP_WAIT_POLICY=" + given + " was given");
    }
    if (!fresh) {
      return new Tuning(WAITING, false, "the engine was already loaded");
    }
    Function setenv = libc.get().getFunction("setenv");
    setenv.invokeInt(new Object[] {"OMP_WAIT_POLICY", "PASSIVE", 1});
    // A thread that has not met PyTorch yet takes its number of threads from here.
    setenv.invokeInt(new Object[] {"OMP_NUM_THREADS", String.valueOf(settings.threads()), 1});
    return new Tuning(WAITING, true, "OMP_WAIT_POLICY=PASSIVE");
  }

  private static Tuning memory(Optional<NativeLibrary> libc) {
    if (libc.isEmpty() || !has(libc.get(), "gnu_get_libc_version")) {
      return new Tuning(MEMORY, false, "only with glibc");
    }
    if (System.getenv("MALLOC_MMAP_THRESHOLD_") != null) {
      return new Tuning(MEMORY, true, "MALLOC_MMAP_THRESHOLD_ was given");
    }
    Function mallopt = libc.get().getFunction("mallopt");
    int mapping = mallopt.invokeInt(new Object[] {-3, 1 << 30});
    int trimming = mallopt.invokeInt(new Object[] {-1, Integer.MAX_VALUE});
    boolean both = mapping == 1 && trimming == 1;
    return new Tuning(
        MEMORY, both, both ? "arrays below 1 GB are not mapped one by one" : "mallopt refused");
  }

  /** What must happen after the native library is loaded, and before the first product. */
  private static void late(EngineSettings settings, List<Tuning> tunings) {
    if (!settings.nativeTuning()) {
      tunings.add(new Tuning(MKL, false, SWITCHED_OFF));
      tunings.add(new Tuning(UPDATES, false, SWITCHED_OFF));
      return;
    }
    tunings.add(mkl());
    double error = SelfTest.productError();
    if (!(error < TOLERANCE)) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "The engine's matrix products are wrong on this machine (relative error %.1e). Start"
                  + " with --no-native-tuning.",
              error));
    }
    tunings.add(updates());
  }

  private static Tuning mkl() {
    if (!Platform.linux() || !Platform.x86() || !JniUtils.getFeatures().contains("MKL")) {
      return new Tuning(MKL, false, "only with MKL on Linux x86-64");
    }
    String vendor = Platform.vendor();
    if (vendor.equals("GenuineIntel")) {
      return new Tuning(MKL, false, "not needed: the processor is Intel's");
    }
    if (vendor.isEmpty() || !Platform.flags().containsAll(Set.of("avx2", "fma"))) {
      return new Tuning(MKL, false, "the processor is unknown, or without AVX2");
    }
    Optional<MklKernels> kernels = library().flatMap(MklKernels::in);
    if (kernels.isEmpty()) {
      return new Tuning(MKL, false, "this library looks different");
    }
    if (!kernels.get().open()) {
      return new Tuning(MKL, false, "MKL had already chosen");
    }
    kernels.get().answerYes();
    return new Tuning(MKL, true, vendor + " with " + Platform.capability());
  }

  private static Tuning updates() {
    if (!Platform.linux() || !Platform.x86()) {
      return new Tuning(UPDATES, false, "only on Linux x86-64");
    }
    Optional<Path> library = library();
    if (library.isEmpty()) {
      return new Tuning(UPDATES, false, "the library's file is not found");
    }
    try {
      FusedUpdates.bind(library.get());
    } catch (UnsatisfiedLinkError e) {
      return new Tuning(UPDATES, false, "this library has none");
    }
    double error = SelfTest.updateError();
    boolean right = error < TOLERANCE;
    FusedUpdates.use(right);
    return new Tuning(
        UPDATES,
        right,
        right
            ? "PyTorch's own, one pass over memory"
            : String.format(Locale.ROOT, "self-test failed, relative error %.1e", error));
  }

  private static Optional<Path> library() {
    Path file = Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu"));
    return java.nio.file.Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  private static Optional<NativeLibrary> libc() {
    try {
      return Platform.linux() ? Optional.of(NativeLibrary.getInstance("c")) : Optional.empty();
    } catch (LinkageError e) {
      return Optional.empty();
    }
  }

  private static boolean has(NativeLibrary library, String function) {
    try {
      return library.getFunction(function) != null;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  private static Device device(String name, EngineReport running) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int index = name.equals("gpu") ? 0 : Integer.parseInt(name.substring(3));
    String only = "Use --device cpu.";
    UsageException.require(
        JniUtils.getFeatures().contains("CUDA"),
        "Device '%s' is not here: PyTorch %s sees no CUDA device (a CPU build, or no driver). %s",
        name,
        running.pytorch(),
        only);
    int count = CudaUtils.getGpuCount();
    UsageException.require(
        index < count,
        "Device '%s' is not here: there %s. Use --device gpu0, or cpu.",
        name,
        count == 1 ? "is 1 GPU, gpu0" : "are " + count + " GPUs");
    return Device.gpu(index);
  }

  private static EngineReport report(Device device, int threads, List<Tuning> tunings) {
    return new EngineReport(
        Engine.getDjlVersion(),
        Engine.getEngine(PYTORCH).getVersion(),
        device,
        threads,
        Platform.processorName(),
        Platform.vendor(),
        Platform.capability(),
        blas(),
        tunings);
  }

  private static String blas() {
    Set<String> features = JniUtils.getFeatures();
    if (!features.contains("MKL")) {
      return "not MKL";
    }
    if (!tuned || !Platform.linux()) {
      return "MKL";
    }
    return library()
        .map(
            file -> {
              try {
                byte[] text = new byte[200];
                NativeLibrary.getInstance(file.toString())
                    .getFunction("MKL_Get_Version_String")
                    .invokeVoid(new Object[] {text, text.length});
                return new String(text, StandardCharsets.US_ASCII).split("\u0000")[0].strip();
              } catch (UnsatisfiedLinkError e) {
                return "MKL";
              }
            })
        .orElse("MKL");
  }
}
