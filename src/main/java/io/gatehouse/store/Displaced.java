package io.gatehouse.store;

import java.util.List;

/**
 * What was deleted for a new session.
 *
 * @param replaced of the same browser
 * @param oldest of the same user, who had too many
 */
public record Displaced(List<SessionRow> replaced, List<SessionRow> oldest) {}
