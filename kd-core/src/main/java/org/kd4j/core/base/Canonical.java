package org.kd4j.core.base;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The canonical text of a value, from which fingerprints are made: walks records, lists, maps,
 * enums, strings and numbers; a {@link Fingerprinted} value enters by its fingerprint. Whatever else
 * is met (a lambda, say) has no canonical text, and the form says where it stands.
 *
 * @param text the canonical text, complete only without an obstacle
 * @param obstacle why there is no fingerprint: {@code "objective.terms[1].term is a lambda"}
 * @param types the record types met: their code decides the value's meaning too
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
        types.add(value.getClass());
        text.append('#').append(f.fingerprint().hex());
      } else if (value instanceof String s) {
        text.append('"').append(s.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      } else if (value instanceof Number n) {
        text.append(number(n, path));
      } else if (value instanceof Boolean || value instanceof Character) {
        text.append(value);
      } else if (value instanceof Enum<?> e) {
        text.append(e.getDeclaringClass().getSimpleName()).append('.').append(e.name());
      } else if (value instanceof Optional<?> o) {
        value(o.orElse(null), path);
      } else if (value instanceof SortedMap<?, ?> m) {
        map(m, path);
      } else if (value instanceof Map<?, ?> m) {
        map(new TreeMap<>(m), path);
      } else if (value instanceof List<?> l) {
        list(l, path);
      } else if (value instanceof Set<?> s) {
        list(s.stream().sorted().toList(), path);
      } else if (value instanceof Record r) {
        record(r, path);
      } else {
        refuse(value, path);
      }
    }

    private void list(Collection<?> items, String path) {
      text.append('[');
      int i = 0;
      for (Object item : items) {
        text.append(i == 0 ? "" : ",");
        value(item, path + "[" + i++ + "]");
      }
      text.append(']');
    }

    private void map(Map<?, ?> map, String path) {
      text.append('{');
      String comma = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(comma).append(entry.getKey()).append(':');
        value(entry.getValue(), path + "." + entry.getKey());
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
        value(read(record, component), path.isEmpty() ? component.getName() : path + "." + component.getName());
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
        throw new IllegalStateException("cannot read " + record.getClass() + "." + component.getName(), e);
      }
    }

    private static String number(Number n, String path) {
      if (n instanceof Float || n instanceof Double) {
        double d = n.doubleValue();
        UsageException.require(!Double.isNaN(d), "%s is not a number (NaN); give a finite value", path);
        return d == 0 ? "0.0" : n.toString();
      }
      return n.toString();
    }

    private void refuse(Object value, String path) {
      if (obstacle == null) {
        Class<?> type = value.getClass();
        String what = type.isHidden() || type.isSynthetic() ? "a lambda" : "a " + type.getSimpleName() + ", not a record";
        obstacle = path + " is " + what;
      }
      text.append('?');
    }
  }
}
