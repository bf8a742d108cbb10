package io.gatehouse.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that this resource server does not serve; {@link ProblemMapper} words the answer. */
final class Refused extends RuntimeException {
  private final Refusal refusal;
  private final List<FieldProblem> fields;
  private final @Nullable String challenge;

  /** What is wrong with one field of the body, in words for whoever typed it. */
  record FieldProblem(String field, String detail) {}

  private Refused(
      Refusal refusal,
      String detail,
      List<FieldProblem> fields,
      @Nullable String challenge,
      @Nullable Throwable cause) {
    super(detail, cause);
    this.refusal = refusal;
    this.fields = List.copyOf(fields);
    this.challenge = challenge;
  }

  static Refused because(Refusal refusal, String detail) {
    return new Refused(refusal, detail, List.of(), null, null);
  }

  static Refused challenged(Refusal refusal, String detail, String challenge) {
    return new Refused(refusal, detail, List.of(), challenge, null);
  }

  static Refused fields(List<FieldProblem> fields) {
    return new Refused(
        Refusal.PREFERENCES_INVALID,
        "Each entry of errors names a field and what it must be.",
        fields,
        null,
        null);
  }

  static Refused storeUnreachable(Throwable cause) {
    return new Refused(
        Refusal.STORE_UNREACHABLE,
        "The database of preferences does not answer; try again in a few seconds.",
        List.of(),
        null,
        cause);
  }

  static Refused internal(Throwable cause) {
    return new Refused(
        Refusal.INTERNAL, "The log of the server knows more.", List.of(), null, cause);
  }

  Refusal refusal() {
    return refusal;
  }

  /** What happened and what was expected; never anything from the request. */
  String detail() {
    return String.valueOf(getMessage());
  }

  List<FieldProblem> fields() {
    return fields;
  }

  @Nullable String challenge() {
    return challenge;
  }
}
