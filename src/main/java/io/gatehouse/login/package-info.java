/**
 * Signing in: the authorization code flow from the login URL to the landing page (RFC 6749 §4.1,
 * OpenID Connect Core §3.1, RFC 7636, RFC 9207). Imports {@code web}, {@code session}, {@code
 * store}, {@code authorizationserver}, {@code token}, {@code oauth}, {@code config}, {@code
 * observe}.
 */
@NullMarked
package io.gatehouse.login;

import org.jspecify.annotations.NullMarked;
