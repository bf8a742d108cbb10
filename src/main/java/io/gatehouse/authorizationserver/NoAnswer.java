package io.gatehouse.authorizationserver;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A request on the back channel that brought no answer we can look at. */
final class NoAnswer extends Exception {
  /** Whether the other side can have acted on the request. */
  enum Sent {
    NO,
    /** No, since the fence did not hold any more. */
    FENCED,
    MAYBE
  }

  private final Sent sent;

  NoAnswer(Sent sent, String reason) {
    super(reason, null, false, false);
    this.sent = sent;
  }

  /** The reason in a person's words, from the kind of failure and never from its text. */
  static NoAnswer because(Sent sent, Throwable failure) {
    return new NoAnswer(sent, reason(failure));
  }

  Sent sent() {
    return sent;
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  private static String reason(Throwable failure) {
    if (causedBy(failure, FencedException.class)) {
      return "given up before sending";
    }
    if (causedBy(failure, TooLargeException.class)) {
      return "its answer is too large";
    }
    if (causedBy(failure, UnresolvedAddressException.class)) {
      return "its host name is not known";
    }
    if (causedBy(failure, HttpConnectTimeoutException.class)) {
      return "no connection in time";
    }
    if (causedBy(failure, ConnectException.class)) {
      return "connection refused";
    }
    if (causedBy(failure, CertificateException.class)) {
      return "its TLS certificate is not trusted or not for this host";
    }
    if (causedBy(failure, SSLException.class)) {
      return "no TLS connection";
    }
    return causedBy(failure, HttpTimeoutException.class)
            || causedBy(failure, TimeoutException.class)
        ? "no whole answer in time"
        : "connection broken off";
  }

  private static boolean causedBy(@Nullable Throwable failure, Class<? extends Throwable> kind) {
    // bounded: a chain of causes may be a ring
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (kind.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** The fence no longer held, or the deadline had passed, when the body was about to leave. */
  static final class FencedException extends RuntimeException {
    FencedException() {
      super("fenced", null, false, false);
    }
  }

  /** The answer went over its cap. */
  static final class TooLargeException extends RuntimeException {
    TooLargeException() {
      super("too large", null, false, false);
    }
  }
}
