package org.kd4j.core.strategy;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.objective.Printing;

/** Options as people write them, to a record of options and back. */
public final class OptionBinder {
  private OptionBinder() {}

  /**
   * The defaults with some components replaced.
   *
   * @param strategy its id, for messages
   * @param defaults the record to start from
   * @param given values by component name, as written
   * @param <O> the options
   * @return the options, which have checked themselves
   */
  public static <O extends Record> O bind(String strategy, O defaults, Map<String, String> given) {
    RecordComponent[] components = defaults.getClass().getRecordComponents();
    List<String> known = Arrays.stream(components).map(RecordComponent::getName).toList();
    for (String key : given.keySet()) {
      if (!known.contains(key)) {
        throw Names.unknown("option of " + strategy, key, known);
      }
    }
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String text = given.get(components[i].getName());
      values[i] =
          text == null
              ? value(defaults, components[i])
              : parse(strategy + "." + components[i].getName(), components[i].getType(), text);
    }
    return construct(strategy, defaults, components, values);
  }

  /** The options of a record as text, by name. */
  public static SortedMap<String, String> print(Record options) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (RecordComponent component : options.getClass().getRecordComponents()) {
      Object value = value(options, component);
      texts.put(
          component.getName(),
          value instanceof Enum<?> e
              ? word(e)
              : value instanceof Float f ? Printing.number(f) : String.valueOf(value));
    }
    return texts;
  }

  /** What may be written for a component: {@code a number}, {@code mean | geometric}. */
  public static String accepts(RecordComponent component) {
    Class<?> type = component.getType();
    if (type.isEnum()) {
      return String.join(" | ", words(type));
    }
    return type == float.class || type == double.class
        ? "a number"
        : type == int.class || type == long.class
            ? "a whole number"
            : type == boolean.class ? "true | false" : "a text";
  }

  private static Object parse(String path, Class<?> type, String text) {
    try {
      if (type == float.class) {
        return finite(Float.parseFloat(text), text);
      } else if (type == double.class) {
        return finite(Double.parseDouble(text), text);
      } else if (type == int.class) {
        return Integer.parseInt(text);
      } else if (type == long.class) {
        return Long.parseLong(text);
      } else if (type == String.class) {
        return text;
      }
    } catch (NumberFormatException e) {
      boolean whole = type == int.class || type == long.class;
      throw new UsageException(
          path + " must be " + (whole ? "a whole number" : "a number") + ", was '" + text + "'", e);
    }
    if (type == boolean.class) {
      UsageException.require(
          text.equals("true") || text.equals("false"),
          "%s must be true or false, was '%s'",
          path,
          text);
      return text.equals("true");
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (word((Enum<?>) constant).equals(text)) {
          return constant;
        }
      }
      throw Names.unknown("value for " + path, text, words(type));
    }
    throw new IllegalStateException(
        "options hold numbers, texts, booleans and enums; " + path + " is " + type);
  }

  /** Java reads "NaN", "Infinity" and, as infinity, "1e40"; no option means that. */
  private static <N extends Number> N finite(N number, String text) {
    if (!Double.isFinite(number.doubleValue())) {
      throw new NumberFormatException(text);
    }
    return number;
  }

  private static List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(c -> word((Enum<?>) c)).toList();
  }

  /** {@code BEST_VALIDATION} is written {@code best-validation}. */
  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static @Nullable Object value(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static <O extends Record> O construct(
      String strategy, O like, RecordComponent[] components, Object[] values) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      @SuppressWarnings("unchecked") // the canonical constructor of the record's own class
      Constructor<O> canonical = (Constructor<O>) like.getClass().getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return canonical.newInstance(values);
    } catch (InvocationTargetException e) {
      // Plain Java's own way to refuse, too: options need not know of kd4j's.
      if (e.getCause() instanceof IllegalArgumentException refusal
          && refusal.getMessage() != null) {
        throw new UsageException(strategy + ": " + refusal.getMessage(), refusal);
      }
      throw new IllegalStateException("options of " + strategy + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("options of " + strategy + " cannot be made", e);
    }
  }
}
