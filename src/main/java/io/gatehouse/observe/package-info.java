/**
 * What happened, for people and machines that watch: security events, the audit log, counters.
 * Inert facts go in and nothing decides on what comes out; no fact holds a token, code, verifier,
 * secret or cookie value. May import {@code oauth}; imported by every room above.
 */
@NullMarked
package io.gatehouse.observe;

import org.jspecify.annotations.NullMarked;
