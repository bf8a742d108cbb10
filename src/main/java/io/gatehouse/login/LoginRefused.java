package io.gatehouse.login;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.web.LoginRefusal;
import java.util.function.Supplier;

/** A login that we will not start or finish. */
public final class LoginRefused extends Fault implements LoginRefusal {
  LoginRefused(ErrorId id, String detail) {
    super(id, detail);
  }

  @Override
  public String provider() {
    return "-";
  }

  static Supplier<LoginRefused> because(ErrorId id, String detail) {
    return () -> new LoginRefused(id, detail);
  }
}
