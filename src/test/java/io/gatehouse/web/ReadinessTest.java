package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  @Test
  void every_condition_is_told_by_name() {
    Map<String, BooleanSupplier> conditions = new LinkedHashMap<>();
    conditions.put("store", () -> true);
    conditions.put("provider default", () -> false);
    assertThat(new Readiness(conditions).now())
        .containsExactly(Map.entry("store", true), Map.entry("provider default", false));
  }

  @Test
  void a_condition_that_fails_does_not_hold_and_stops_no_other() {
    Map<String, BooleanSupplier> conditions = new LinkedHashMap<>();
    conditions.put(
        "store",
        () -> {
          throw new IllegalStateException("password=hunter2");
        });
    conditions.put("provider default", () -> true);
    assertThat(new Readiness(conditions).now())
        .containsExactly(Map.entry("store", false), Map.entry("provider default", true));
  }
}
