package org.kd4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {

  private static ByteBuffer file(String header, byte... values) {
    byte[] head = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + head.length + values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(head.length)
        .put(head)
        .put(values)
        .flip();
  }

  private static float[] values(String type, int bytes, byte... values) {
    String header =
        "{\"a\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(type, values.length / bytes, values.length);
    return SafeTensors.decode(file(header, values)).values().get("a");
  }

  @Test
  void whatIsWrittenIsReadBitForBit() {
    var tensors = new TreeMap<String, SafeTensors.Tensor>();
    tensors.put("b", new SafeTensors.Tensor(new long[] {2, 2}, new float[] {1, -0f, 1e-40f, 7}));
    tensors.put("a", SafeTensors.Tensor.flat(new float[] {Float.NEGATIVE_INFINITY}));
    SafeTensors read =
        SafeTensors.decode(
            new SafeTensors(tensors, new TreeMap<>(Map.of("format", "pt"))).encode());
    assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
    assertThat(read.tensors().get("b").shape()).containsExactly(2, 2);
    assertThat(read.values().get("b")).containsExactly(1, -0f, 1e-40f, 7);
    assertThat(read.values().get("a")).containsExactly(Float.NEGATIVE_INFINITY);
  }

  @Test
  void halvesAndBfloatsAreConvertedExactly() {
    // sign, 5 bits of exponent, 10 of fraction: 1; −2; 65504; 2⁻²⁴; −0; 2⁻¹⁴; ∞
    assertThat(values("F16", 2, bytes(0x3c00, 0xc000, 0x7bff, 1, 0x8000, 0x0400, 0x7c00)))
        .containsExactly(1, -2, 65504, 0x1p-24f, -0f, 0x1p-14f, Float.POSITIVE_INFINITY);
    assertThat(values("F16", 2, bytes(0x7e00))[0]).isNaN();
    assertThat(values("F16", 2, bytes(0x3555))).containsExactly(1365 / 4096f);
    // the upper half of a float: 1; −3.140625; the smallest
    assertThat(values("BF16", 2, bytes(0x3f80, 0xc049, 1)))
        .containsExactly(1, -3.140625f, Float.intBitsToFloat(1 << 16));
  }

  private static byte[] bytes(int... shorts) {
    byte[] bytes = new byte[2 * shorts.length];
    for (int i = 0; i < shorts.length; i++) {
      bytes[2 * i] = (byte) shorts[i];
      bytes[2 * i + 1] = (byte) (shorts[i] >> 8);
    }
    return bytes;
  }

  @Test
  void wholeNumbersAndDoublesAreReadAsFloats() {
    assertThat(
            values(
                "I64", 8, (byte) -2, (byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) -1,
                (byte) -1, (byte) -1))
        .containsExactly(-2);
    assertThat(values("I32", 4, (byte) 0, (byte) 1, (byte) 0, (byte) 0)).containsExactly(256);
    byte[] third = new byte[8];
    ByteBuffer.wrap(third).order(ByteOrder.LITTLE_ENDIAN).putDouble(1 / 3.0);
    assertThat(values("F64", 8, third)).containsExactly(1 / 3f);
  }

  @Test
  void aTypeThatCannotBeReadIsListedAndRefusedWhenItIsRead() {
    ByteBuffer file =
        file("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", (byte) 1);
    SafeTensors.Stored stored = SafeTensors.read(file).tensors().get("a");
    assertThat(stored.readable()).isFalse();
    assertThatThrownBy(stored::values)
        .hasMessage("tensors of [BF16, F16, F32, F64, I32, I64] are read, was F8_E4M3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"a\":[]}",
        "{\"a\""
      })
  void whatIsCutOffOrWrongIsAnError(String header) {
    assertThatThrownBy(() -> SafeTensors.read(file(header, new byte[8])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("no safetensors header|the file ends before 'a' does, or its .*");
  }

  @Test
  void whatIsNoSuchFileIsAnError() {
    for (byte[] other :
        new byte[][] {{}, {1, 2, 3}, "a text of some length".getBytes(StandardCharsets.UTF_8)}) {
      assertThatThrownBy(() -> SafeTensors.read(ByteBuffer.wrap(other)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no safetensors header");
    }
  }
}
