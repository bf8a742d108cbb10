/**
 * The other side of every back-channel call: discovery, token endpoint, revocation, userinfo and
 * end-session of one authorization server (RFC 6749 §1.1). Everything that arrives from there is
 * judged here before it goes further. May import {@code token}, {@code oauth}, {@code config} and
 * {@code observe}.
 */
@NullMarked
package io.gatehouse.authorizationserver;

import org.jspecify.annotations.NullMarked;
