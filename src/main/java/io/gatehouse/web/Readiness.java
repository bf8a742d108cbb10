package io.gatehouse.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What must hold before requests are worth sending here, by name. A name is all that is told of a
 * condition: no address, message or secret.
 */
public final class Readiness {
  private static final Logger LOG = Logger.getLogger(Readiness.class.getName());

  private final Map<String, BooleanSupplier> conditions;

  /**
   * @param conditions each quick to answer, since probes have no patience
   */
  public Readiness(Map<String, BooleanSupplier> conditions) {
    this.conditions = new LinkedHashMap<>(conditions);
  }

  /** Every condition and whether it holds now. */
  Map<String, Boolean> now() {
    Map<String, Boolean> states = new LinkedHashMap<>();
    conditions.forEach((name, condition) -> states.put(name, holds(name, condition)));
    return states;
  }

  private static boolean holds(String name, BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, e, () -> "readiness: " + name);
      return false;
    }
  }
}
