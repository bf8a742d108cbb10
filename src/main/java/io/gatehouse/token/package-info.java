/**
 * What a signed token must satisfy before anything in it is believed: ID tokens (OpenID Connect
 * Core §3.1.3.7, §12.2) and logout tokens (Back-Channel Logout §2.6), rule by rule. Nimbus parses
 * and checks signatures; the verdict is ours. May import {@code oauth}.
 */
@NullMarked
package io.gatehouse.token;

import org.jspecify.annotations.NullMarked;
