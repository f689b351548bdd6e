package org.kd4j.core.base;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A SHA-256 hash that stands for a value: equal fingerprints, equal values.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Fingerprint(String hex) {
  /** Checks the form. */
  public Fingerprint {
    if (!isHex(hex)) {
      throw new IllegalArgumentException(
          "A fingerprint is 64 hexadecimal digits, was '" + hex + "'");
    }
  }

  /** Whether a text has the form of a fingerprint. */
  public static boolean isHex(String text) {
    return text.matches("[0-9a-f]{64}");
  }

  /** The hash of a text. */
  public static Fingerprint ofText(String text) {
    return ofBytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The hash of some bytes, one buffer after the other. */
  public static Fingerprint ofBytes(ByteBuffer... parts) {
    MessageDigest digest = Draws.sha256();
    for (ByteBuffer part : parts) {
      digest.update(part.duplicate());
    }
    return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
  }

  /** The first twelve digits: for people, and for folder names. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return hex;
  }
}
