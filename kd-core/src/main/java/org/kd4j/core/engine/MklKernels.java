package org.kd4j.core.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * MKL's choice of kernels on processors that are not Intel's. MKL asks its own {@code
 * mkl_serv_intel_cpu_true()} and, where the answer is no, stays with its AVX2 kernels though the
 * processor knows AVX-512: half the speed. The function keeps its answer in a static int, −1 until
 * it was asked, which its first instruction reads; writing 1 there before the first product makes
 * MKL choose by what the processor can do.
 */
final class MklKernels {
  private static final String QUESTION = "mkl_serv_intel_cpu_true";
  private static final int NOT_ASKED = -1;

  private final Pointer answer;

  private MklKernels(Pointer answer) {
    this.answer = answer;
  }

  /**
   * Finds the answer in a loaded library.
   *
   * @param library the file of {@code libtorch_cpu}
   * @return empty unless everything looks as it does in the libraries this was made for
   */
  static Optional<MklKernels> in(Path library) {
    try {
      Pointer code =
          NativeLibrary.getInstance(library.toString()).getGlobalVariableAddress(QUESTION);
      // 8b 05 <rel32>: mov rel32(%rip),%eax
      if ((code.getByte(0) & 0xff) != 0x8b || code.getByte(1) != 0x05) {
        return Optional.empty();
      }
      long address = Pointer.nativeValue(code) + 6 + code.getInt(2);
      if (!writable(address)) {
        return Optional.empty();
      }
      MklKernels found = new MklKernels(new Pointer(address));
      int value = found.value();
      return value >= NOT_ASKED && value <= 1 ? Optional.of(found) : Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  private static boolean writable(long address) {
    return Platform.lines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains(" rw"))
        .map(line -> line.substring(0, line.indexOf(' ')).split("-"))
        .anyMatch(
            range ->
                address >= Long.parseUnsignedLong(range[0], 16)
                    && address + 4 <= Long.parseUnsignedLong(range[1], 16));
  }

  /** Whether MKL has not chosen yet. */
  boolean open() {
    return value() == NOT_ASKED;
  }

  /** −1 not asked, 0 another maker's processor, 1 Intel's. */
  int value() {
    return answer.getInt(0);
  }

  /** Answers for MKL that it may choose by instruction set. */
  void answerYes() {
    answer.setInt(0, 1);
  }
}
