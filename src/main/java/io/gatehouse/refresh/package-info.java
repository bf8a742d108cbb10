/**
 * A fresh access token for whoever asks (RFC 6749 §6): at most one refresh request per session at a
 * time across all nodes, and no session lost to an outage. The drawing is {@code
 * docs/concurrency.md}. May import {@code session}, {@code store}, {@code authorizationserver},
 * {@code token}, {@code oauth}, {@code config} and {@code observe}.
 */
@NullMarked
package io.gatehouse.refresh;

import org.jspecify.annotations.NullMarked;
