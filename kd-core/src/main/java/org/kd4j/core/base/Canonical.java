package org.kd4j.core.base;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The canonical text of a value, from which fingerprints are made: walks records, lists, maps,
 * enums, strings and numbers; a {@link Fingerprinted} value enters by its fingerprint, and a record
 * of that kind is looked into for its types. Whatever else is met (a lambda, say) has no canonical
 * text, and the form says where it stands.
 *
 * <p>Unequal values have unequal texts: what could be mistaken for something else is quoted, and
 * the keys of a map and the members of a set are ordered by their own canonical text, so that
 * neither insertion order nor a comparator shows.
 *
 * @param text the canonical text, complete only without an obstacle
 * @param obstacle why there is no fingerprint: {@code "objective.terms[1].term is a lambda"}
 * @param types the types met (records, enums, fingerprinted values): their code decides the value's
 *     meaning too
 */
public record Canonical(String text, Optional<String> obstacle, Set<Class<?>> types) {

  /**
   * The canonical form of a value.
   *
   * @param value a record, a collection, a plain value
   * @return its form
   * @throws UsageException for a number that is not a number
   */
  public static Canonical of(Object value) {
    Walk walk = new Walk();
    walk.value(value, "");
    return new Canonical(walk.text.toString(), Optional.ofNullable(walk.obstacle), walk.types);
  }

  private static final class Walk {
    final StringBuilder text = new StringBuilder();
    final Set<Class<?>> types = new LinkedHashSet<>();
    @Nullable String obstacle;

    void value(@Nullable Object value, String path) {
      if (value == null) {
        text.append("null");
      } else if (value instanceof Fingerprinted f) {
        types(value);
        text.append('#').append(f.fingerprint().hex());
      } else if (value instanceof String s) {
        quoted(s, '"');
      } else if (value instanceof Float f) {
        text.append(finite(f, path) == 0 ? "0.0" : f.toString()).append('f');
      } else if (value instanceof Double d) {
        text.append(finite(d, path) == 0 ? "0.0" : d.toString());
      } else if (isExact(value)) {
        text.append(value);
      } else if (value instanceof Character c) {
        quoted(c.toString(), '\'');
      } else if (value instanceof Enum<?> e) {
        types.add(e.getDeclaringClass());
        text.append(e.getDeclaringClass().getName()).append('.').append(e.name());
      } else if (value instanceof Optional<?> o) {
        value(o.orElse(null), path);
      } else if (value instanceof Map<?, ?> m) {
        map(m, path);
      } else if (value instanceof List<?> l) {
        list(l, path);
      } else if (value instanceof Set<?> s) {
        set(s, path);
      } else if (value instanceof Record r) {
        record(r, path);
      } else {
        refuse(value, path);
      }
    }

    /** A fingerprint tells what is in a value, but not the code of what the value is made of. */
    private void types(@Nullable Object part) {
      if (part instanceof Optional<?> o) {
        o.ifPresent(this::types);
      } else if (part instanceof Collection<?> all) {
        all.forEach(this::types);
      } else if (part instanceof Map<?, ?> m) {
        m.keySet().forEach(this::types);
        m.values().forEach(this::types);
      } else if (part instanceof Enum<?> e) {
        types.add(e.getDeclaringClass());
      } else if (part instanceof Record r) {
        types.add(r.getClass());
        for (RecordComponent component : r.getClass().getRecordComponents()) {
          types(read(r, component));
        }
      } else if (part instanceof Fingerprinted) {
        types.add(part.getClass());
      }
    }

    /** Mutable numbers ({@code AtomicInteger}, {@code LongAdder}) are no values and stay out. */
    private static boolean isExact(Object value) {
      return value instanceof Integer
          || value instanceof Long
          || value instanceof Short
          || value instanceof Byte
          || value instanceof BigInteger
          || value instanceof BigDecimal
          || value instanceof Boolean;
    }

    private void quoted(String content, char quote) {
      String escaped = content.replace("\\", "\\\\").replace("" + quote, "\\" + quote);
      text.append(quote).append(escaped).append(quote);
    }

    /** What a part of the value reads as, alone; its types and obstacles are kept. */
    private String apart(@Nullable Object value, String path) {
      int start = text.length();
      value(value, path);
      String own = text.substring(start);
      text.setLength(start);
      return own;
    }

    private void list(List<?> items, String path) {
      text.append('[');
      int i = 0;
      for (Object item : items) {
        text.append(i == 0 ? "" : ",");
        value(item, path + "[" + i++ + "]");
      }
      text.append(']');
    }

    private void set(Set<?> items, String path) {
      List<String> members = items.stream().map(item -> apart(item, path + "[]")).sorted().toList();
      text.append('<').append(String.join(",", members)).append('>');
    }

    private void map(Map<?, ?> map, String path) {
      Map<String, Map.Entry<?, ?>> sorted = new TreeMap<>();
      map.entrySet().forEach(entry -> sorted.put(apart(entry.getKey(), path + ".key"), entry));
      text.append('{');
      String comma = "";
      for (Map.Entry<String, Map.Entry<?, ?>> entry : sorted.entrySet()) {
        text.append(comma).append(entry.getKey()).append(':');
        value(entry.getValue().getValue(), path + "." + entry.getValue().getKey());
        comma = ",";
      }
      text.append('}');
    }

    private void record(Record record, String path) {
      Class<?> type = record.getClass();
      types.add(type);
      text.append(type.getName()).append('(');
      String comma = "";
      for (RecordComponent component : type.getRecordComponents()) {
        text.append(comma).append(component.getName()).append('=');
        value(
            read(record, component),
            path.isEmpty() ? component.getName() : path + "." + component.getName());
        comma = ",";
      }
      text.append(')');
    }

    private static @Nullable Object read(Record record, RecordComponent component) {
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        return accessor.invoke(record);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(
            "cannot read " + record.getClass() + "." + component.getName(), e);
      }
    }

    private static double finite(double number, String path) {
      UsageException.require(
          !Double.isNaN(number), "%s is not a number (NaN); give a finite value", named(path));
      return number;
    }

    private static String named(String path) {
      return path.isEmpty() ? "the value" : path;
    }

    private void refuse(Object value, String path) {
      if (obstacle == null) {
        Class<?> type = value.getClass();
        obstacle = named(path) + " is " + described(type);
      }
      text.append('?');
    }

    private static String described(Class<?> type) {
      if (type.isHidden() || type.isSynthetic()) {
        return "a lambda";
      }
      return type.isAnonymousClass()
          ? "an anonymous class, not a record"
          : "a " + type.getSimpleName() + ", not a record";
    }
  }
}
