package org.kd4j.core.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;

/** Rules for code that works on arrays, here and in modules outside the tree. */
public final class EngineRules {
  private EngineRules() {}

  /**
   * Numbers enter the graph through {@link org.kd4j.core.engine.Scalars}: {@code array.mul(0.5f)}
   * multiplies gradients by freed memory when a garbage collection falls between forward and
   * backward.
   */
  public static ArchRule numbersGoThroughScalars() {
    return noClasses()
        .that()
        .resideOutsideOfPackage("org.kd4j.core.engine..")
        .should()
        .callMethodWhere(
            describe(
                "NDArray's mul, div, pow, maximum or minimum of a Number",
                call ->
                    call.getTargetOwner().getName().equals("ai.djl.ndarray.NDArray")
                        && call.getTarget().getName().matches("(mul|div|pow|maximum|minimum|mod)i?")
                        && call.getTarget().getRawParameterTypes().size() == 1
                        && call.getTarget()
                            .getRawParameterTypes()
                            .get(0)
                            .getName()
                            .equals("java.lang.Number")))
        .because("the graph keeps the number's array, and nothing keeps the memory behind it");
  }
}
