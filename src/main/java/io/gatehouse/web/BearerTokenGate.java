package io.gatehouse.web;

import io.gatehouse.oauth.Secret;
import java.util.function.Consumer;

/**
 * Whoever decides which access tokens the container gets to see.
 *
 * @param admit shows a token to the container for the request of this thread, or throws a {@link
 *     io.gatehouse.oauth.Fault}
 */
public record BearerTokenGate(Consumer<Secret> admit) {}
