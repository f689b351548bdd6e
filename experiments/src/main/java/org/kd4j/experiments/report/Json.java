package org.kd4j.experiments.report;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.evaluation.Confusion;
import org.kd4j.core.schedule.EpochMetrics;
import org.kd4j.experiments.study.PhaseReport;
import org.kd4j.experiments.study.StudyResult;
import org.kd4j.experiments.study.TrialResult;

/** A run's record as JSON, and its metrics as lines of JSON. NaN is written as a text. */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addMixIn(Confusion.Cell.class, AsArray.class)
          .build();

  /** A cell of a confusion matrix is [true class, predicted, count]: there are many. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"label", "predicted", "count"})
  private interface AsArray {}

  private Json() {}

  /** Looks at the largest record, so that the first to be written need not wait for that. */
  static void prepare() {
    MAPPER.writerFor(RunRecord.class);
  }

  /** A record, indented. */
  static String write(Record record) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    return text(MAPPER.writer(new DefaultPrettyPrinter().withObjectIndenter(indenter)), record)
        + "\n";
  }

  static ExperimentRecord readExperiment(String text, String where) {
    return read(text, where, ExperimentRecord.class, "an experiment", ExperimentRecord.SCHEMA);
  }

  static RunRecord read(String text, String where) {
    return read(text, where, RunRecord.class, "a run", RunRecord.SCHEMA);
  }

  private static <R extends Record> R read(
      String text, String where, Class<R> type, String of, int known) {
    try {
      JsonNode root = MAPPER.readTree(text);
      UsageException.require(
          root.path("schema").isInt(), "%s is damaged: it is no record of %s", where, of);
      int schema = root.path("schema").asInt();
      UsageException.require(
          schema == known,
          "%s is of schema %d, this version reads %d; make it anew with the version that made it",
          where,
          schema,
          known);
      R record = MAPPER.treeToValue(root, type);
      missing(record, "")
          .ifPresent(
              what -> {
                throw new UsageException(where + " is damaged: " + what + " is missing");
              });
      return record;
    } catch (JsonProcessingException e) {
      throw new UsageException(where + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  /** The first part of a record that is not there: Jackson takes what is absent for null. */
  private static Optional<String> missing(@Nullable Object value, String path) {
    if (value == null) {
      return Optional.of(path);
    }
    if (value instanceof Optional<?> optional) {
      return optional.flatMap(inner -> missing(inner, path));
    }
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        Optional<String> missing = missing(list.get(i), path + "[" + i + "]");
        if (missing.isPresent()) {
          return missing;
        }
      }
    } else if (value instanceof Record) {
      for (RecordComponent part : value.getClass().getRecordComponents()) {
        String name = path.isEmpty() ? part.getName() : path + "." + part.getName();
        Optional<String> missing = missing(part(value, part), name);
        if (missing.isPresent()) {
          return missing;
        }
      }
    }
    return Optional.empty();
  }

  private static @Nullable Object part(Object of, RecordComponent part) {
    try {
      return part.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a public record can be read", e);
    }
  }

  /** A value as a tree. */
  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** One line per trial, phase and epoch. */
  static String metrics(StudyResult result) {
    StringBuilder lines = new StringBuilder();
    for (TrialResult trial : result.trials()) {
      for (PhaseReport phase : trial.phases()) {
        for (EpochMetrics epoch : phase.history()) {
          Map<String, Object> line = new LinkedHashMap<>();
          line.put("strategy", trial.choice().strategy());
          line.put("options", trial.choice().optionsText());
          line.put("seed", trial.seed());
          line.put("phase", phase.name());
          line.put("fingerprint", phase.fingerprint());
          line.put("reused", phase.reused());
          line.put("epoch", epoch.epoch());
          line.put("values", epoch.values());
          lines.append(text(MAPPER.writer(), line)).append('\n');
        }
      }
    }
    return lines.toString();
  }

  private static String text(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass().getName() + " as JSON", e);
    }
  }
}
