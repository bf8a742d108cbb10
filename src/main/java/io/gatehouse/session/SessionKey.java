package io.gatehouse.session;

import io.gatehouse.oauth.SessionId;

/** What the store knows a session by: the hash of the browser's id, useless to whoever reads it. */
public record SessionKey(String idHash) {
  public static SessionKey of(SessionId id) {
    return new SessionKey(id.hash());
  }
}
