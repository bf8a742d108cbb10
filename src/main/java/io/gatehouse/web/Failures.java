package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import jakarta.ws.rs.WebApplicationException;
import java.io.FileNotFoundException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what the platform throws as one of our faults. */
final class Failures {
  private static final int FRAMES = 12;

  private Failures() {}

  static Fault faultOf(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Fault fault) {
        return fault;
      }
      if (cause instanceof WebApplicationException refused) {
        return ofStatus(refused.getResponse().getStatus());
      }
      // how Liberty says that there is no such static file
      if (cause instanceof FileNotFoundException) {
        return ofStatus(404);
      }
    }
    return ofStatus(500);
  }

  /** The outermost that tells, since it knows most. */
  static Optional<LoginRefusal> loginRefusal(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LoginRefusal refusal) {
        return Optional.of(refusal);
      }
    }
    return Optional.empty();
  }

  /** A status that the container or REST runtime chose by itself. */
  static Fault ofStatus(int status) {
    return switch (status) {
      case 400, 406, 411, 414, 416, 431 ->
          new RequestRefused(
              ErrorId.MALFORMED_REQUEST, "Something in this request is not as it should be.");
      case 403, 404, 410 ->
          new RequestRefused(ErrorId.NOT_FOUND, "Check the address, or start from the home page.");
      case 405, 501 ->
          new RequestRefused(
              ErrorId.METHOD_NOT_ALLOWED, "The address exists; this method does nothing there.");
      case 401 -> new RequestRefused(ErrorId.NOT_SIGNED_IN, "Sign in to go on.");
      case 413 -> new RequestRefused(ErrorId.BODY_TOO_LARGE, "Send less at once.");
      case 415 ->
          new RequestRefused(
              ErrorId.UNSUPPORTED_MEDIA_TYPE, "The body is of a kind that is not read here.");
      default ->
          new RequestRefused(
              ErrorId.INTERNAL, "It was logged under the reference; trying again may help.");
    };
  }

  /** Classes and frames without messages: the messages of libraries quote what they choke on. */
  static String trace(Throwable failure) {
    StringBuilder trace = new StringBuilder();
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      trace.append(trace.isEmpty() ? "" : " caused by ").append(cause.getClass().getName());
      trace.append(
          Arrays.stream(cause.getStackTrace())
              .limit(FRAMES)
              .map(
                  frame ->
                      frame.getClassName()
                          + "."
                          + frame.getMethodName()
                          + ":"
                          + frame.getLineNumber())
              .collect(Collectors.joining(" < ", " at ", "")));
    }
    return trace.toString();
  }
}
