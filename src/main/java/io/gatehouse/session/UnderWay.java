package io.gatehouse.session;

import java.time.Instant;

/**
 * Since when a sign-in is under way, by the database's clock. A logout that arrives in between
 * wins.
 *
 * @param startedAt of the authorization request. A logout of the provider's session ({@code sid})
 *     from then on counts: a provider that signs in anew after it, at a later request, says so
 *     itself
 * @param tokensAskedAt before the code was sent. A logout of the user ({@code sub}) from then on
 *     counts; the same person may sign in again as soon as it is over
 */
public record UnderWay(Instant startedAt, Instant tokensAskedAt) {}
