package org.kd4j.experiments.cli;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.kd4j.core.strategy.Description;
import org.kd4j.core.strategy.OptionBinder;
import org.kd4j.core.strategy.Requirements;
import org.kd4j.core.strategy.StrategyFactory;
import org.kd4j.core.strategy.StrategyRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists strategies, or tells all of one. */
@Command(
    name = "strategies",
    header = "List strategies; with a name: formula, options, paper, BibTeX.",
    description = "")
final class Strategies implements Callable<Integer> {
  private final Application application;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A strategy.")
  @Nullable String name;

  Strategies(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() {
    StrategyRegistry registry = application.distillation().strategies();
    if (name == null) {
      list(registry);
    } else {
      tell(name, registry.factory(name));
    }
    return Errors.OK;
  }

  private void list(StrategyRegistry registry) {
    List<List<String>> rows = new ArrayList<>();
    for (String id : registry.ids()) {
      rows.add(List.of(id, registry.factory(id).description().summary()));
    }
    Words.columns(rows).forEach(application.console()::print);
    application.say("");
    application.say("'kd strategies NAME' tells formula, options and paper.");
  }

  private void tell(String id, StrategyFactory<?> factory) {
    Console console = application.console();
    Description description = factory.description();
    console.print(id + ": " + description.summary());
    console.print("");
    console.print("  " + description.formula());
    console.print("");
    RecordComponent[] components = factory.defaults().getClass().getRecordComponents();
    Map<String, String> defaults = OptionBinder.print(factory.defaults());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("option", "default", "accepts", "meaning"));
    for (RecordComponent component : components) {
      String option = component.getName();
      rows.add(
          List.of(
              option,
              defaults.getOrDefault(option, ""),
              OptionBinder.accepts(component),
              description.options().getOrDefault(option, "")));
    }
    if (components.length == 0) {
      console.print("No options.");
    } else {
      Words.columns(rows).forEach(console::print);
    }
    needs(factory.requirements()).forEach(console::print);
    if (!description.paper().isEmpty()) {
      console.print("");
      console.print(description.paper());
    }
    if (!description.bibtex().isEmpty()) {
      console.print("");
      console.print(description.bibtex().strip());
    }
  }

  private static List<String> needs(Requirements requirements) {
    List<String> needs = new ArrayList<>();
    if (requirements.minimumClasses() > 2) {
      needs.add("at least " + requirements.minimumClasses() + " classes");
    }
    if (requirements.labels()) {
      needs.add("every label of the transfer set");
    }
    if (requirements.validation()) {
      needs.add("validation samples");
    }
    if (requirements.minimumBatch() > 1) {
      needs.add("batches of at least " + requirements.minimumBatch());
    }
    return needs.isEmpty() ? List.of() : List.of("", "Needs " + String.join(", ", needs) + ".");
  }
}
