package io.gatehouse.logout;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import org.jspecify.annotations.Nullable;

/** A sign-out that we will not carry out. */
public final class LogoutRefused extends Fault {
  LogoutRefused(ErrorId id, String detail) {
    this(id, detail, null);
  }

  LogoutRefused(ErrorId id, String detail, @Nullable Throwable cause) {
    super(id, detail, cause);
  }
}
