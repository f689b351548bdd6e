package org.kd4j.experiments.cli;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.base.Names;
import org.kd4j.core.base.UsageException;
import org.kd4j.core.engine.Autograd;
import org.kd4j.core.engine.EngineSettings;
import org.kd4j.core.engine.Engines;
import org.kd4j.core.objective.Formula;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Holds formulas against values and gradients computed elsewhere. */
@Command(
    name = "check-loss",
    header = "Hold a loss formula and its gradients against reference values.",
    description =
        "%nFor those who port a loss and want to know that it is the same. A file is JSON: name, parameters, inputs (each {shape, data}), loss, gradients (by input). The formula bound under that name is evaluated in single precision.%n",
    footer = {
      "",
      "Exits with 1 where a relative error is above 1e-4 or a formula is unknown, with 2 where",
      "a file is broken."
    })
final class CheckLoss implements Callable<Integer> {
  static final double TOLERANCE = 1e-4;

  private final Application application;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Reference values, in JSON.")
  List<String> files = new ArrayList<>();

  CheckLoss(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    List<ReferenceLoss> references = new ArrayList<>();
    for (String file : files) {
      references.add(ReferenceLoss.read(Application.path("FILE", file)));
    }
    Console console = application.console();
    Map<String, Formula> formulas = application.distillation().formulas();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("formula", "quantity", "relative error", ""));
    boolean good = true;
    for (int i = 0; i < files.size(); i++) {
      ReferenceLoss reference = references.get(i);
      Formula formula = formulas.get(reference.name());
      if (formula == null) {
        good = false;
        console.say(
            files.get(i)
                + ": "
                + Names.unknown("formula", reference.name(), formulas.keySet()).getMessage());
        continue;
      }
      for (Map.Entry<String, Double> error : errors(files.get(i), reference, formula).entrySet()) {
        boolean within = error.getValue() <= TOLERANCE;
        good &= within;
        rows.add(
            List.of(
                reference.name(),
                error.getKey(),
                String.format(Locale.ROOT, "%.1e", error.getValue()),
                within ? "ok" : "DIFFERS"));
      }
    }
    if (rows.size() > 1) {
      Words.columns(rows).forEach(console::print);
    }
    return good ? Errors.OK : Errors.FAILED;
  }

  /** Relative errors by quantity: the loss, then the gradient of each input, norm-wise. */
  private static Map<String, Double> errors(String file, ReferenceLoss reference, Formula formula) {
    Engines.start(EngineSettings.defaults());
    Map<String, Double> errors = new java.util.LinkedHashMap<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      SortedMap<String, NDArray> arrays = new TreeMap<>();
      reference.inputs().forEach((name, t) -> arrays.put(name, array(manager, name, t)));
      SortedMap<String, NDArray> leaves = new TreeMap<>();
      reference
          .gradients()
          .keySet()
          .forEach(
              name -> {
                NDArray leaf = Autograd.leaf(manager, arrays.get(name));
                leaves.put(name, leaf);
                arrays.put(name, leaf);
              });
      double found;
      try {
        found = value(formula, new Inputs(file, reference, arrays), !leaves.isEmpty());
      } catch (EngineException | IllegalArgumentException | IndexOutOfBoundsException e) {
        throw refused(file, reference, e);
      }
      errors.put("loss", relative(Math.abs(found - reference.loss()), Math.abs(reference.loss())));
      leaves.forEach(
          (name, leaf) ->
              errors.put(
                  "gradient of " + name,
                  difference(Autograd.gradient(leaf), reference.gradients().get(name).data())));
    }
    return errors;
  }

  /** The formula's value; with its gradients in the leaves, where any are asked for. */
  private static double value(Formula formula, Inputs inputs, boolean backwards) {
    NDArray loss =
        Autograd.recording(
            () -> {
              NDArray value = formula.value(inputs);
              if (backwards) {
                Autograd.backward(value);
              }
              return value;
            });
    return loss.getFloat();
  }

  /** Inputs that do not go together are the file's matter, in whatever words the engine says so. */
  private static UsageException refused(
      String file, ReferenceLoss reference, RuntimeException because) {
    List<String> shapes = new ArrayList<>();
    reference
        .inputs()
        .forEach((name, tensor) -> shapes.add(name + " " + Arrays.toString(tensor.shape())));
    return new UsageException(
        String.format(
            "%s: %s cannot be evaluated on %s: %s. Check their shapes, and that labels are from 0 to"
                + " the number of classes less 1, or -1",
            file,
            reference.name(),
            String.join(", ", shapes),
            String.valueOf(because.getMessage()).lines().findFirst().orElse("")),
        because);
  }

  private static NDArray array(NDManager manager, String name, ReferenceLoss.Tensor tensor) {
    Shape shape = new Shape(tensor.shape());
    if (name.equals(ReferenceLoss.LABELS)) {
      long[] labels = new long[tensor.data().length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = (long) tensor.data()[i];
      }
      return manager.create(labels, shape);
    }
    float[] values = new float[tensor.data().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) tensor.data()[i];
    }
    return manager.create(values, shape);
  }

  /** ‖found − wanted‖ / ‖wanted‖; no gradient counts as zeros. */
  private static double difference(@Nullable NDArray found, double[] wanted) {
    float[] values = found == null ? new float[wanted.length] : found.toFloatArray();
    double apart = 0;
    double norm = 0;
    for (int i = 0; i < wanted.length; i++) {
      apart += (values[i] - wanted[i]) * (values[i] - wanted[i]);
      norm += wanted[i] * wanted[i];
    }
    return relative(Math.sqrt(apart), Math.sqrt(norm));
  }

  /** Where the reference is zero the error counts as it is. */
  private static double relative(double error, double size) {
    double relative = size == 0 ? error : error / size;
    return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
  }

  private record Inputs(String file, ReferenceLoss reference, Map<String, NDArray> arrays)
      implements Formula.Inputs {
    @Override
    public NDArray array(String name) {
      NDArray array = arrays.get(name);
      if (array == null) {
        throw new UsageException(
            file
                + ": "
                + Names.unknown("input of " + reference.name(), name, arrays.keySet())
                    .getMessage());
      }
      return array;
    }

    @Override
    public float number(String name) {
      Double number = reference.parameters().get(name);
      if (number == null) {
        throw new UsageException(
            file
                + ": "
                + Names.unknown(
                        "parameter of " + reference.name(), name, reference.parameters().keySet())
                    .getMessage());
      }
      return number.floatValue();
    }
  }
}
