package org.kd4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  @Test
  void aFingerprintIsTheSha256OfTheText() {
    Fingerprint print = Fingerprint.ofText("abc");
    assertThat(print.hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(print.brief()).isEqualTo("ba7816bf8f01");
    assertThat(print).hasToString(print.hex());
  }

  @Test
  void buffersAreReadFromTheirPositionAndLeftThere() {
    ByteBuffer heap = ByteBuffer.wrap(new byte[] {9, 'a', 'b', 9}, 1, 2);
    ByteBuffer direct = ByteBuffer.allocateDirect(1).put((byte) 'c').flip();
    assertThat(Fingerprint.ofBytes(heap, direct.asReadOnlyBuffer()))
        .isEqualTo(Fingerprint.ofText("abc"));
    assertThat(heap.remaining()).isEqualTo(2);
  }

  @Test
  void whatIsNoFingerprintIsRefused() {
    String hex = Fingerprint.ofText("abc").hex();
    assertThatThrownBy(() -> new Fingerprint(hex.toUpperCase(Locale.ROOT)))
        .hasMessageContaining("64 hexadecimal digits");
    assertThatThrownBy(() -> new Fingerprint(hex.substring(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
