/**
 * Guice: what the application is made of. A module of strategies extends {@link
 * org.kd4j.core.wiring.StrategyModule} and names itself in {@code
 * META-INF/services/org.kd4j.core.wiring.StrategyModule}; nothing else is edited.
 */
@NullMarked
package org.kd4j.core.wiring;

import org.jspecify.annotations.NullMarked;
