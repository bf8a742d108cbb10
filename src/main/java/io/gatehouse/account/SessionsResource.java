package io.gatehouse.account;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionStore;
import io.gatehouse.web.Answer;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.Farewell;
import io.gatehouse.web.RequestRefused;
import io.gatehouse.web.SessionCookie;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;

/**
 * A user's sessions in all browsers, at every node: to look at and to end. They go by handles, so
 * that no list ever holds what a cookie holds (rule 16).
 */
@Path("sessions")
@Dependent
public final class SessionsResource {
  private final SessionStore sessions;
  private final Farewell farewell;
  private final SessionCookie cookie;

  @Inject
  public SessionsResource(SessionStore sessions, Farewell farewell, SessionCookie cookie) {
    this.sessions = sessions;
    this.farewell = farewell;
    this.cookie = cookie;
  }

  @GET
  public Response list(@Context HttpServletRequest request) {
    Session current = CurrentSession.of(request).require();
    JsonArrayBuilder list = Json.createArrayBuilder();
    for (Session session : thisOneFirst(current)) {
      list.add(
          Json.createObjectBuilder()
              .add("id", session.handle())
              .add("current", isSame(session, current))
              .add("created_at", session.createdAt().toString())
              .add("last_used_at", session.lastUsedAt().toString())
              .add("user_agent", session.userAgent())
              .add("ip", session.ip())
              .add("provider", session.provider()));
    }
    return Answer.json(200, "application/json", list.build().toString()).notStored().toResponse();
  }

  /** Then the one that signed in last. */
  private List<Session> thisOneFirst(Session current) {
    return sessions.list(current.provider(), current.subject()).stream()
        .sorted(
            Comparator.comparing((Session session) -> !isSame(session, current))
                .thenComparing(Session::createdAt, Comparator.reverseOrder()))
        .toList();
  }

  private static boolean isSame(Session one, Session other) {
    return one.handle().equals(other.handle());
  }

  @DELETE
  @Path("{id}")
  public Response end(@Context HttpServletRequest request, @PathParam("id") String handle) {
    Session current = CurrentSession.of(request).require();
    Session ended =
        sessions
            .endByHandle(current.provider(), current.subject(), handle)
            // another user's session does not exist for this one
            .orElseThrow(
                () -> new RequestRefused(ErrorId.NOT_FOUND, "You have no session of this id."));
    return ended(current, List.of(ended));
  }

  /** All, or with {@code ?except=current} all others. */
  @DELETE
  public Response endAll(@Context HttpServletRequest request) {
    boolean keepsCurrent = keepsCurrent(request);
    Session current = CurrentSession.of(request).require();
    return ended(
        current,
        keepsCurrent
            ? sessions.endOthers(current)
            : sessions.endBySubject(current.provider(), current.subject()));
  }

  private Response ended(Session current, List<Session> ended) {
    Answer answer = Answer.empty(204).notStored();
    for (Session session : ended) {
      farewell.to(session, EndReason.ENDED_BY_USER);
      if (isSame(session, current)) {
        answer = answer.with("Set-Cookie", cookie.clear());
      }
    }
    return answer.toResponse();
  }

  /** A misspelt exception must not sign anybody out everywhere: this query or none. */
  private static boolean keepsCurrent(HttpServletRequest request) {
    String query = request.getQueryString();
    if (query == null || query.isEmpty()) {
      return false;
    }
    if (query.equals("except=current")) {
      return true;
    }
    throw new RequestRefused(
        ErrorId.MALFORMED_REQUEST, "The only parameter is except=current, once.");
  }
}
