package org.kd4j.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's own fused optimiser kernels, those behind {@code torch.optim.Adam(fused=True)}: one
 * pass over the memory where DJL's update makes eleven. DJL has no door to them, but the library
 * exports them.
 *
 * <p>A mangled C++ name spells out the types of the parameters, so a library that has the name has
 * the signature. In the calling convention of 64-bit x86 on Linux an {@code ArrayRef<Tensor>} by
 * value is a pointer and a length, a {@code Tensor} is one pointer (DJL's handle points at it), and
 * an absent {@code optional<Tensor>} is zeroed storage.
 */
final class FusedUpdates {
  private static final String TENSORS = "EN3c108ArrayRefINS_6TensorEEES4_S4_";
  private static final Map<String, String> SYMBOLS =
      Map.of(
          "adam", "_ZN2at3cpu12_fused_adam_" + TENSORS + "S4_S4_S4_dddddbbRKSt8optionalIS3_ES8_",
          "adamW", "_ZN2at3cpu13_fused_adamw_" + TENSORS + "S4_S4_S4_dddddbbRKSt8optionalIS3_ES8_",
          "sgd", "_ZN2at3cpu11_fused_sgd_" + TENSORS + "ddddbbbRKSt8optionalIS3_ES8_");

  /** Whether the kernels are in use. */
  private static volatile boolean active;

  private static final ThreadLocal<Count> COUNT = ThreadLocal.withInitial(Count::new);

  private static @Nullable Memory absent;

  private FusedUpdates() {}

  /**
   * Binds the kernels.
   *
   * @param library the file of the engine's library, already loaded
   * @throws UnsatisfiedLinkError where the library has them under other names, or not at all
   */
  static synchronized void bind(Path library) {
    if (absent == null) {
      FunctionMapper mapper = (lib, method) -> SYMBOLS.get(method.getName());
      NativeLibrary opened =
          NativeLibrary.getInstance(
              library.toString(), Map.of(Library.OPTION_FUNCTION_MAPPER, mapper));
      SYMBOLS.values().forEach(opened::getFunction);
      com.sun.jna.Native.register(Kernels.class, opened);
      Memory zeroed = new Memory(64);
      zeroed.clear();
      absent = zeroed;
    }
  }

  /** Switches bound kernels on or off. */
  static void use(boolean on) {
    active = on && absent != null;
  }

  /** Whether the kernels are in use. */
  static boolean active() {
    return active;
  }

  /** One step of Adam or AdamW on arrays of the host; the constants as in {@link Updates#adam}. */
  static void adam(
      NDArray w,
      NDArray g,
      NDArray mean,
      NDArray variance,
      double rate,
      long step,
      double beta1,
      double beta2,
      double epsilon,
      double decay,
      boolean decoupled) {
    NDArray count = COUNT.get().at(step);
    Kernel kernel = decoupled ? Kernels::adamW : Kernels::adam;
    kernel.run(
        handle(w),
        1,
        handle(g),
        1,
        handle(mean),
        1,
        handle(variance),
        1,
        0,
        0,
        handle(count),
        1,
        rate,
        beta1,
        beta2,
        decay,
        epsilon,
        false,
        false,
        absent,
        absent);
  }

  /** One step of gradient descent with momentum; the constants as in {@link Updates#sgd}. */
  static void sgd(
      NDArray w,
      NDArray g,
      NDArray velocity,
      double rate,
      double momentum,
      boolean nesterov,
      double decay) {
    Kernels.sgd(
        handle(w),
        1,
        handle(g),
        1,
        handle(velocity),
        1,
        decay,
        momentum,
        rate,
        0,
        nesterov,
        false,
        false,
        absent,
        absent);
  }

  /**
   * The number of a step as the kernels want it, an array; one a thread, for all its parameters.
   */
  private static final class Count {
    private final NDArray array = Native.empty(NDManager.newBaseManager(Device.cpu()), new Shape());
    private final FloatBuffer window = Native.floats(array);

    NDArray at(long step) {
      window.put(0, step);
      return array;
    }
  }

  private static long handle(NDArray array) {
    return ((PtNDArray) array).getHandle();
  }

  @FunctionalInterface
  private interface Kernel {
    void run(
        long w,
        long wn,
        long g,
        long gn,
        long m,
        long mn,
        long v,
        long vn,
        long x,
        long xn,
        long t,
        long tn,
        double rate,
        double beta1,
        double beta2,
        double decay,
        double epsilon,
        boolean amsgrad,
        boolean maximize,
        @Nullable Pointer scale,
        @Nullable Pointer infinite);
  }

  /** The functions; each pair of integers is a list of tensors. */
  private static final class Kernels {
    static native void adam(
        long w,
        long wn,
        long g,
        long gn,
        long m,
        long mn,
        long v,
        long vn,
        long x,
        long xn,
        long t,
        long tn,
        double rate,
        double beta1,
        double beta2,
        double decay,
        double epsilon,
        boolean amsgrad,
        boolean maximize,
        @Nullable Pointer scale,
        @Nullable Pointer infinite);

    static native void adamW(
        long w,
        long wn,
        long g,
        long gn,
        long m,
        long mn,
        long v,
        long vn,
        long x,
        long xn,
        long t,
        long tn,
        double rate,
        double beta1,
        double beta2,
        double decay,
        double epsilon,
        boolean amsgrad,
        boolean maximize,
        @Nullable Pointer scale,
        @Nullable Pointer infinite);

    static native void sgd(
        long w,
        long wn,
        long g,
        long gn,
        long v,
        long vn,
        double decay,
        double momentum,
        double rate,
        double dampening,
        boolean nesterov,
        boolean maximize,
        boolean first,
        @Nullable Pointer scale,
        @Nullable Pointer infinite);
  }
}
