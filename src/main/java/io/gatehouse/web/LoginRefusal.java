package io.gatehouse.web;

/** A failure that ended a login: the audit log and the metrics count it as such. */
public interface LoginRefusal {
  /** Id of the provider; {@code "-"} where that is not known. */
  String provider();
}
