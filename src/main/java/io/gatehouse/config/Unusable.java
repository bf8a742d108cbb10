package io.gatehouse.config;

/** A value that cannot be used; the message says what is expected and what to write instead. */
final class Unusable extends Exception {
  private static final long serialVersionUID = 1L;

  Unusable(String expectation) {
    super(expectation);
  }

  String expectation() {
    return String.valueOf(getMessage());
  }
}
