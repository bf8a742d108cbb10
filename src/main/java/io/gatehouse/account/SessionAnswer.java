package io.gatehouse.account;

import io.gatehouse.session.Session;
import io.gatehouse.web.Answer;
import io.gatehouse.web.FaultMapper;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The answer of check session (RFC 10017 §6.1). Every member is always there; {@code null} says
 * that nobody told. No member is a token.
 */
final class SessionAnswer {
  private static final JsonProvider JSON = JsonProvider.provider();

  private SessionAnswer() {}

  static Answer of(Optional<Session> session) {
    JsonObject json = session.map(SessionAnswer::signedIn).orElseGet(SessionAnswer::signedOut);
    return Answer.json(200, "application/json", json.toString()).notStored();
  }

  private static JsonObject signedOut() {
    return JSON.createObjectBuilder()
        .add("signed_in", false)
        .add("login_url", FaultMapper.LOGIN_URL)
        .build();
  }

  private static JsonObject signedIn(Session session) {
    JsonArrayBuilder scopes = JSON.createArrayBuilder();
    new TreeSet<>(session.tokens().scopes()).forEach(scopes::add);
    return JSON.createObjectBuilder()
        .add("signed_in", true)
        .add("subject", session.subject())
        .add("name", Claims.text(session.claims(), "name"))
        .add("email", Claims.text(session.claims(), "email"))
        .add("provider", session.provider())
        .add("scopes", scopes)
        .add("claims", Claims.json(session.claims()))
        .add("access_token_expires_at", at(session.tokens().accessTokenExpiresAt()))
        .add("refresh_token_expires_at", at(session.tokens().refreshTokenExpiresAt()))
        .add("idle_expires_at", at(Optional.of(session.idleExpiresAt())))
        .add("session_expires_at", at(Optional.of(session.expiresAt())))
        .build();
  }

  private static JsonValue at(Optional<Instant> instant) {
    return instant.<JsonValue>map(i -> JSON.createValue(i.toString())).orElse(JsonValue.NULL);
  }
}
