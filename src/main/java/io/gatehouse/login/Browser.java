package io.gatehouse.login;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.SessionKey;
import java.util.Optional;

/**
 * The browser in front of us, as it shows itself.
 *
 * @param loginCookie its login cookie, if it has one
 * @param session of its session cookie, whether that lives or not
 */
record Browser(
    Optional<SessionId> loginCookie,
    Optional<SessionKey> session,
    String userAgent,
    String address) {}
