package org.kd4j.core.network;

import java.util.Map;
import java.util.TreeMap;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.SpecText;

/**
 * All families of networks there are, by name. A strategy whose options name networks has it
 * injected into its factory.
 */
public final class Networks {
  private final Map<String, NetworkFamily> families;

  /**
   * @param families by the word before the colon
   */
  public Networks(Map<String, NetworkFamily> families) {
    this.families = new TreeMap<>(families);
  }

  /** Reads a network as people write it, {@code mlp:400-400}, or says what would be right. */
  public Architecture parse(String text) {
    SpecText spec = SpecText.parse(text);
    NetworkFamily family = families.get(spec.head());
    if (family == null) {
      throw Names.unknown("network", spec.head(), families.keySet());
    }
    return family.parse(spec);
  }

  /** The families by name. */
  public Map<String, NetworkFamily> families() {
    return Map.copyOf(families);
  }
}
