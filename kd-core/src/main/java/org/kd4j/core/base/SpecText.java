package org.kd4j.core.base;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one way a network or a data set is written on the command line and in a study: {@code
 * head:argument,key=value,key=value}, as in {@code mlp:1200-1200,dropout=0.5}. The argument may be
 * missing, and may hold colons and commas as long as no comma is followed by {@code key=}. A thing
 * made of another is written around it, {@code head(other,key=value)}: see {@link #around}.
 *
 * @param head what kind of thing: {@code mlp}, {@code csv}
 * @param argument what follows the colon; empty if nothing does; with its parentheses what stands
 *     in them
 * @param options the keys and their values, in the order given
 */
public record SpecText(String head, String argument, Map<String, String> options) {
  private static final Pattern AROUND = Pattern.compile("([A-Za-z][A-Za-z0-9-]*)\\s*(\\(.*\\))");
  private static final Pattern OPTION = Pattern.compile(",\\s*([A-Za-z][A-Za-z0-9-]*)\\s*=");

  /** Keeps the order of the options. */
  public SpecText {
    options = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /**
   * Reads a spec.
   *
   * @param text for example {@code csv:digits.csv,label=digit}
   * @return its parts
   */
  public static SpecText parse(String text) {
    String trimmed = text.strip();
    Map<String, String> options = new LinkedHashMap<>();
    Matcher around = AROUND.matcher(trimmed);
    if (around.matches()) {
      return new SpecText(around.group(1), around.group(2), options);
    }
    Matcher matcher = OPTION.matcher(trimmed);
    int end = trimmed.length();
    if (matcher.find()) {
      end = matcher.start();
      int valueStart;
      String key;
      boolean more = true;
      while (more) {
        key = matcher.group(1);
        valueStart = matcher.end();
        more = matcher.find();
        String value = trimmed.substring(valueStart, more ? matcher.start() : trimmed.length());
        UsageException.require(
            options.put(key, value.strip()) == null, "'%s' gives '%s' twice", text, key);
      }
    }
    String front = trimmed.substring(0, end);
    int colon = front.indexOf(':');
    String head = (colon < 0 ? front : front.substring(0, colon)).strip();
    UsageException.require(
        head.matches("[A-Za-z][A-Za-z0-9-]*"),
        "'%s' is no spec; one reads name:argument,key=value, as in mlp:400-400,dropout=0.3",
        text);
    return new SpecText(head, colon < 0 ? "" : front.substring(colon + 1).strip(), options);
  }

  /**
   * Refuses keys that the reader of this spec does not know.
   *
   * @param known the keys it knows
   * @return this
   */
  public SpecText knowing(String... known) {
    Set<String> keys = new TreeSet<>(Set.of(known));
    for (String key : options.keySet()) {
      if (!keys.contains(key)) {
        throw Names.unknown("option of " + head, key, keys);
      }
    }
    return this;
  }

  /**
   * Reads a spec written around another, {@code slim(mlp:400-400,dropout=0.3,width=0.5)}: the last
   * of each key known here is this spec's own, what stands before them is the other. A key that
   * both know is told apart by parentheses: {@code slim((resnet:20,width=2),width=0.5)}.
   *
   * @param known the keys of what stands around
   * @return the head, the other as argument, and the options that are its own
   */
  public SpecText around(String... known) {
    UsageException.require(
        argument.startsWith("(") && argument.endsWith(")") && options.isEmpty(),
        "%s is written around another, as in %s(mlp:400-400,%s=…); was '%s'",
        head,
        head,
        known[0],
        this);
    Set<String> keys = new TreeSet<>(Set.of(known));
    Map<String, String> own = new LinkedHashMap<>();
    String rest = argument.substring(1, argument.length() - 1).strip();
    for (int comma = lastComma(rest); comma >= 0; comma = lastComma(rest)) {
      Matcher option = OPTION.matcher(rest).region(comma, rest.length());
      boolean closed = rest.startsWith("(");
      if (!option.lookingAt() || own.containsKey(option.group(1))) {
        break;
      }
      if (!keys.contains(option.group(1))) {
        if (closed) {
          throw Names.unknown("option of " + head, option.group(1), keys);
        }
        break;
      }
      own.put(option.group(1), rest.substring(option.end()).strip());
      rest = rest.substring(0, comma).strip();
    }
    boolean wrapped = rest.startsWith("(") && rest.endsWith(")");
    return new SpecText(head, wrapped ? rest.substring(1, rest.length() - 1).strip() : rest, own);
  }

  /** Where the last comma outside of parentheses is; −1 without one. */
  private static int lastComma(String text) {
    int depth = 0;
    for (int i = text.length() - 1; i >= 0; i--) {
      char c = text.charAt(i);
      depth += c == ')' ? 1 : c == '(' ? -1 : 0;
      if (c == ',' && depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The argument as a whole number.
   *
   * @param what it counts, in its summary's word: {@code units}
   * @return the number
   * @throws UsageException if there is none, saying how it is written
   */
  public int wholeArgument(String what) {
    try {
      return Integer.parseInt(argument);
    } catch (NumberFormatException e) {
      throw new UsageException(
          head + " takes a whole number of " + what + ", as in " + head + ":8; was '" + this + "'",
          e);
    }
  }

  /**
   * What somebody makes of it. Plain Java's own way to refuse, an IllegalArgumentException, becomes
   * a refusal that says how it is written.
   *
   * @param reader of this
   * @param what it is: {@code Network}
   * @param written its summary
   */
  public <T> T readBy(Supplier<T> reader, String what, String written) {
    try {
      return reader.get();
    } catch (UsageException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new UsageException(
          what + " '" + this + "' cannot be read: " + said + ". Written: " + written, e);
    }
  }

  /** An option as text. */
  public String text(String key, String otherwise) {
    return options.getOrDefault(key, otherwise);
  }

  /** An option as a whole number. */
  public int integer(String key, int otherwise) {
    return read(key, otherwise, Integer::parseInt, "a whole number");
  }

  /** An option as a number; Java's "NaN" and "Infinity" are none here. */
  public float number(String key, float otherwise) {
    return read(key, otherwise, SpecText::finite, "a number");
  }

  /** An option that is true or false. */
  public boolean truth(String key, boolean otherwise) {
    String text = text(key, String.valueOf(otherwise));
    UsageException.require(
        text.equals("true") || text.equals("false"),
        "%s: %s must be true or false, was '%s'",
        head,
        key,
        text);
    return text.equals("true");
  }

  private static float finite(String text) {
    float number = Float.parseFloat(text);
    if (!Float.isFinite(number)) {
      throw new NumberFormatException(text);
    }
    return number;
  }

  private <T> T read(String key, T otherwise, Function<String, T> parse, String wanted) {
    String value = options.get(key);
    if (value == null) {
      return otherwise;
    }
    try {
      return parse.apply(value);
    } catch (NumberFormatException e) {
      throw new UsageException(
          head + ": " + key + " must be " + wanted + ", was '" + value + "'", e);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(head);
    if (!argument.isEmpty()) {
      text.append(argument.startsWith("(") ? "" : ":").append(argument);
    }
    options.forEach((key, value) -> text.append(',').append(key).append('=').append(value));
    return text.toString();
  }
}
