package org.kd4j.experiments.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kd4j.core.base.UsageException;
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
          .build();

  private Json() {}

  static String write(RunRecord record) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    return text(MAPPER.writer(new DefaultPrettyPrinter().withObjectIndenter(indenter)), record)
        + "\n";
  }

  /** The record of an experiment. */
  static String write(ExperimentRecord record) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    return text(MAPPER.writer(new DefaultPrettyPrinter().withObjectIndenter(indenter)), record)
        + "\n";
  }

  static ExperimentRecord readExperiment(String text, String where) {
    try {
      return MAPPER.readValue(text, ExperimentRecord.class);
    } catch (JsonProcessingException e) {
      throw new UsageException(where + " is damaged: " + e.getOriginalMessage(), e);
    }
  }

  static RunRecord read(String text, String where) {
    try {
      int schema = MAPPER.readTree(text).path("schema").asInt();
      UsageException.require(
          schema == RunRecord.SCHEMA,
          "%s is of schema %d, this version reads %d; make the report with the version that made the run",
          where,
          schema,
          RunRecord.SCHEMA);
      return MAPPER.readValue(text, RunRecord.class);
    } catch (JsonProcessingException e) {
      throw new UsageException(where + " is damaged: " + e.getOriginalMessage(), e);
    }
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
