/**
 * Signing out: by the user (RP-Initiated Logout, RFC 7009) and by the provider (Back-Channel
 * Logout). The local session ends first, whatever the provider does. Imports {@code web}, {@code
 * session}, {@code store}, {@code authorizationserver}, {@code token}, {@code oauth}, {@code
 * config}, {@code observe}.
 */
@NullMarked
package io.gatehouse.logout;

import org.jspecify.annotations.NullMarked;
