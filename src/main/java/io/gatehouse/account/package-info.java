/**
 * What signed-in people and their pages ask about their session: check session (RFC 10017 §6.1),
 * refresh now, the list of sessions, and the providers to choose from. Never a token. May import
 * {@code web}, {@code refresh}, {@code session}, {@code oauth}, {@code config} and {@code observe}.
 */
@NullMarked
package io.gatehouse.account;

import org.jspecify.annotations.NullMarked;
