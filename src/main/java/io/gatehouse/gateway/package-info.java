/**
 * The gateway (RFC 10017 §6.1): what a browser asks below {@code /bff} goes to a protected resource
 * with the session's access token, and never with anything else that the browser sent but a list of
 * harmless fields. May import {@code web}, {@code refresh}, {@code session}, {@code oauth}, {@code
 * config} and {@code observe}; imported by none but {@code Wiring}.
 */
@NullMarked
package io.gatehouse.gateway;

import org.jspecify.annotations.NullMarked;
