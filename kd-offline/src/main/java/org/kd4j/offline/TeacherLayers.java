package org.kd4j.offline;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.network.NetworkSpec;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Task;

/**
 * A student that starts from its teacher's layers: of every run of n layers of the teacher that are
 * made alike, the student's m begin as the ⌊i·n/m⌋-th, so that half the layers are every other one
 * (as V. Sanh et al., "DistilBERT", EMC² workshop, NeurIPS 2019, section 3, begin theirs); layers
 * that are made unlike any of the teacher's are drawn. A quantised teacher, whose structure is the
 * teacher's own, begins as all of it.
 */
final class TeacherLayers {
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private TeacherLayers() {}

  /** A part of the teacher that becomes a part of the student; both empty = all of it. */
  record Taken(String teacher, String student) {}

  /** Why a task's student cannot start so, as a clause; empty if it can. */
  static Optional<String> missing(Task task) {
    return of(task.teacher(), task.student()).isEmpty()
        ? Optional.of(
            "needs a student with layers of the teacher's width for start=teacher,"
                + " slim(teacher,width=1,layers=0.5) or quantised(teacher), say; no layer of "
                + task.student()
                + " is made as one of "
                + task.teacher())
        : Optional.empty();
  }

  /** The task's student as it starts. */
  static Start start(Task task, Trained teacher) {
    missing(task)
        .ifPresent(
            need -> {
              throw new UsageException("offline " + need);
            });
    Start start = task.freshStudent();
    for (Taken taken : of(task.teacher(), task.student())) {
      start = start.grafting(teacher, taken.teacher(), taken.student());
    }
    return start;
  }

  static List<Taken> of(NetworkSpec teacher, NetworkSpec student) {
    List<Taken> taken = new ArrayList<>();
    match("", teacher.parameters(), "", student.parameters(), taken);
    return taken;
  }

  /** What lies below one place of each: whole if it is made alike, else part by part. */
  private static void match(
      String teacherAt,
      SortedMap<String, Shape> teacher,
      String studentAt,
      SortedMap<String, Shape> student,
      List<Taken> taken) {
    if (teacher.equals(student)) {
      taken.add(new Taken(teacherAt, studentAt));
      return;
    }
    if (isLayer(teacher) || isLayer(student)) {
      return;
    }
    Map<String, SortedMap<String, Shape>> theirs = parts(teacher);
    Map<String, SortedMap<String, Shape>> own = parts(student);
    // Where there are the same parts on both sides, one that is as wide by chance is not meant.
    boolean fewer = !theirs.keySet().equals(own.keySet());
    for (SortedMap<String, Shape> made : List.copyOf(own.values())) {
      List<String> from = fewer ? alike(theirs, made) : List.of();
      List<String> to = alike(own, made);
      if (!from.isEmpty()) {
        for (int i = 0; i < to.size(); i++) {
          String one = from.get(i * from.size() / to.size());
          taken.add(new Taken(below(teacherAt, one), below(studentAt, to.get(i))));
        }
        own.keySet().removeAll(to);
      }
    }
    own.forEach(
        (name, parts) -> {
          if (theirs.containsKey(name)) {
            match(below(teacherAt, name), theirs.get(name), below(studentAt, name), parts, taken);
          }
        });
  }

  private static List<String> alike(
      Map<String, SortedMap<String, Shape>> parts, SortedMap<String, Shape> made) {
    return parts.keySet().stream().filter(name -> parts.get(name).equals(made)).toList();
  }

  /** Something with parameters of its own, which is taken whole or not at all. */
  private static boolean isLayer(SortedMap<String, Shape> parameters) {
    return parameters.keySet().stream().anyMatch(path -> path.indexOf('/') < 0);
  }

  /** What lies below each first name of the paths, in the order of the names' numbers. */
  private static Map<String, SortedMap<String, Shape>> parts(SortedMap<String, Shape> parameters) {
    TreeSet<String> names = new TreeSet<>(Comparator.comparing(TeacherLayers::ordered));
    parameters.keySet().forEach(path -> names.add(path.substring(0, path.indexOf('/'))));
    Map<String, SortedMap<String, Shape>> parts = new LinkedHashMap<>();
    for (String name : names) {
      SortedMap<String, Shape> inner = new TreeMap<>();
      parameters.forEach(
          (path, shape) -> {
            if (path.startsWith(name + "/")) {
              inner.put(path.substring(name.length() + 1), shape);
            }
          });
      parts.put(name, inner);
    }
    return parts;
  }

  /** {@code hidden.2} comes before {@code hidden.10}. */
  private static String ordered(String name) {
    return NUMBER.matcher(name).replaceAll(n -> "0".repeat(9 - n.group().length()) + n.group());
  }

  private static String below(String at, String name) {
    return at.isEmpty() ? name : at + "/" + name;
  }
}
