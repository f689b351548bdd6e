package org.kd4j.core.network;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.SpecText;
import org.kd4j.core.base.UsageException;

/**
 * All families of networks there are, by name. A strategy whose options name networks has it
 * injected into its factory.
 */
public final class Networks {
  /** The word that stands for a study's teacher network where its student is written. */
  public static final String TEACHER = "teacher";

  private static final Pattern STANDS = Pattern.compile("(?<=^|\\()\\s*teacher\\s*(?=$|[,)])");

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
    UsageException.require(
        family != null || !spec.head().equals(TEACHER),
        "'%s' stands for the study's teacher network in the student's network alone;"
            + " write the network itself here",
        TEACHER);
    if (family == null) {
      throw Names.unknown("network", spec.head(), families.keySet());
    }
    return spec.readBy(() -> family.parse(spec), "Network", family.summary());
  }

  /**
   * A network's text with the word {@code teacher}, where it stands for a whole network, replaced:
   * {@code slim(teacher,width=0.5)} of {@code mlp:400} reads {@code slim((mlp:400),width=0.5)}.
   *
   * @param text as written
   * @param teacher the teacher's network as written
   */
  public static String standing(String text, String teacher) {
    return text.strip().equals(TEACHER)
        ? teacher
        : STANDS.matcher(text).replaceAll(Matcher.quoteReplacement("(" + teacher.strip() + ")"));
  }

  /** The families by name. */
  public Map<String, NetworkFamily> families() {
    return Map.copyOf(families);
  }
}
