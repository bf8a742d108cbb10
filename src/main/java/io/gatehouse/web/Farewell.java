package io.gatehouse.web;

import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.observe.SecurityEvents;
import io.gatehouse.session.Session;
import io.gatehouse.session.TokenRevocation;

/** What follows when a session has ended here, whatever ended it. */
public final class Farewell {
  private final TokenRevocation revocation;
  private final SecurityEvents events;

  public Farewell(TokenRevocation revocation, SecurityEvents events) {
    this.revocation = revocation;
    this.events = events;
  }

  /** Tells why, and has the session's tokens revoked. */
  public void to(Session ended, EndReason reason) {
    events.publish(new SessionEnded(ended.provider(), ended.subject(), ended.handle(), reason));
    revocation.of(ended.provider(), ended.handle(), ended.tokens());
  }
}
