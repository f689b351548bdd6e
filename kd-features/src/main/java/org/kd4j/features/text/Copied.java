package org.kd4j.features.text;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.phase.Start;
import org.kd4j.core.phase.Trained;
import org.kd4j.core.strategy.Task;
import org.kd4j.features.LayerMap;
import org.kd4j.features.TapPair;

/**
 * A student that begins as part of its teacher: the embeddings and some of the layers, by a layer
 * map; pooler and classifier are drawn. {@code none} = it begins fresh.
 */
final class Copied {
  /** What the option means. */
  static final String OPTION =
      "which of the teacher's layers the student begins as: a layer map, or none for a fresh start";

  private static final String NONE = "none";

  private Copied() {}

  /** Refuses what is neither a layer map nor {@code none}. */
  static void checkOption(String copied) {
    if (!copied.equals(NONE)) {
      LayerMap.parse("copied", copied);
    }
  }

  /** Refuses networks whose layers are not of one shape. */
  static void check(String copied, Task task) {
    if (copied.equals(NONE)) {
      return;
    }
    String way = "its layers begin as the teacher's; copied=none begins fresh";
    Encoders.sameHeads(task, way);
    SortedMap<String, Shape> student = task.student().parameters();
    SortedMap<String, Shape> teacher = task.teacher().parameters();
    for (TapPair stage : stages(copied, task)) {
      student.forEach(
          (path, shape) -> {
            if (path.startsWith(stage.student() + "/")) {
              String from = stage.teacher() + path.substring(stage.student().length());
              UsageException.require(
                  shape.equals(teacher.get(from)),
                  "needs layers of one shape on both sides, and %s of the student (%s) is %s, %s of"
                      + " the teacher (%s) %s: %s",
                  path,
                  task.student(),
                  shape,
                  from,
                  task.teacher(),
                  teacher.get(from),
                  way);
            }
          });
    }
  }

  /** The student as it begins. */
  static Start start(String copied, Task task, Trained teacher) {
    Start start = task.freshStudent();
    if (!copied.equals(NONE)) {
      for (TapPair stage : stages(copied, task)) {
        start = start.grafting(teacher, stage.teacher(), stage.student());
      }
    }
    return start;
  }

  /** The embeddings, and the three stages of each layer. */
  private static List<TapPair> stages(String copied, Task task) {
    List<TapPair> stages = new ArrayList<>();
    stages.add(new TapPair(Encoders.EMBEDDING, Encoders.EMBEDDING));
    Map<String, TapPair> begun = new HashMap<>();
    for (TapPair layer : Encoders.layers(copied, task)) {
      TapPair before = begun.put(layer.student(), layer);
      UsageException.require(
          before == null,
          "needs each of the student's layers at most once in copied, for it begins as one of the"
              + " teacher's, and '%s' has %s and %s; leave one out",
          copied,
          before,
          layer);
      stages.add(Encoders.within(layer, "attention"));
      stages.add(Encoders.within(layer, "value"));
      stages.add(layer);
    }
    return stages;
  }
}
