package io.gatehouse.session;

import io.gatehouse.oauth.SessionId;
import java.util.List;

/**
 * A session that was opened, and what had to end for it.
 *
 * @param replaced what the browser had before
 * @param oldest of the same user, who had too many
 */
public record Opened(SessionId id, Session session, List<Session> replaced, List<Session> oldest) {}
