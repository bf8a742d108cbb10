/**
 * The resource server (RFC 6749 §1.1): the user's profile and preferences at {@code /api}, for any
 * bearer of a fitting access token. MicroProfile JWT verifies the token (RFC 7519, RFC 9068 shape);
 * this room asks for scopes and answers as RFC 6750 says. It shares nothing with the client but
 * HTTP: it imports none of our rooms and none imports it, but {@code Wiring}.
 */
@NullMarked
package io.gatehouse.resource;

import org.jspecify.annotations.NullMarked;
