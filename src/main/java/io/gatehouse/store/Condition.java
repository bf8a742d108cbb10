package io.gatehouse.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What stands behind WHERE, with its values in their order. */
record Condition(String sql, List<Object> values) {

  Condition {
    values = List.copyOf(values);
  }

  static Condition where(String sql, Object... values) {
    return new Condition(sql, List.of(values));
  }

  static Condition in(String column, Collection<String> values) {
    return new Condition(
        column + " IN (" + Statements.marks(values.size()) + ")", List.copyOf(values));
  }

  Condition not() {
    return new Condition("NOT (" + sql + ")", values);
  }

  Condition and(String more, Object... moreValues) {
    return and(where(more, moreValues));
  }

  Condition and(Condition more) {
    List<Object> all = new ArrayList<>(values);
    all.addAll(more.values);
    return new Condition(sql + " AND " + more.sql, all);
  }

  Object[] parameters() {
    return values.toArray();
  }
}
