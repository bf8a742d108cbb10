package io.gatehouse.session;

import io.gatehouse.store.SessionRow;

/**
 * New tokens of a session, sealed and ready to be stored: the very same bytes at every attempt, so
 * that one whose answer was lost can be recognized.
 *
 * @param session as it will be
 */
public record Replacement(Session session, SessionRow row) {}
