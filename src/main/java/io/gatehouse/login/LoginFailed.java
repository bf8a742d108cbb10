package io.gatehouse.login;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.web.LoginRefusal;

/** Which login a fault ended; its cause is the {@link Fault}. */
final class LoginFailed extends RuntimeException implements LoginRefusal {
  private static final long serialVersionUID = 1L;

  private final transient LoginTransaction transaction;

  LoginFailed(LoginTransaction transaction, Fault fault) {
    super(fault);
    this.transaction = transaction;
  }

  boolean is(ErrorId id) {
    return getCause() instanceof Fault fault && fault.id() == id;
  }

  @Override
  public String provider() {
    return transaction.provider();
  }

  LoginTransaction transaction() {
    return transaction;
  }
}
