package io.gatehouse.login;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;

/** A login that we will not start or finish. */
public final class LoginRefused extends Fault {
  LoginRefused(ErrorId id, String detail) {
    super(id, detail);
  }
}
