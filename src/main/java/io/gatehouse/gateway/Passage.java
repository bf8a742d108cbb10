package io.gatehouse.gateway;

import io.gatehouse.session.Session;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.TokenHolder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.inject.Inject;

/** One call to a protected resource on behalf of the signed-in user. May wait. */
@ApplicationScoped
public class Passage {
  @Inject Upstream upstream;
  @Inject TokenHolder holder;

  /**
   * Carries it with a token that is good now, and once more with a younger one when the resource
   * refuses that.
   */
  @ActivateRequestContext // on a thread of our own there is none
  public UpstreamResponse carry(UpstreamRequest call, CurrentSession current) {
    holder.present(current);
    Session session = current.withAccessToken();
    UpstreamResponse answer = upstream.call(call);
    if (answer.status() != UpstreamResponse.UNAUTHORIZED) {
      return answer;
    }
    // revoked or rotated early: once more with a younger token, then its word is final (rule 22)
    current.refreshedAfterRefusal(session.generation());
    return upstream.call(call);
  }
}
