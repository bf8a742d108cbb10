package io.gatehouse.config;

import static io.gatehouse.config.Key.Form.CHOICE;
import static io.gatehouse.config.Key.Form.DURATION;
import static io.gatehouse.config.Key.Form.FILE;
import static io.gatehouse.config.Key.Form.LIST;
import static io.gatehouse.config.Key.Form.NUMBER;
import static io.gatehouse.config.Key.Form.SECRET;
import static io.gatehouse.config.Key.Form.SIZE;
import static io.gatehouse.config.Key.Form.SWITCH;
import static io.gatehouse.config.Key.Form.TEXT;
import static io.gatehouse.config.Key.Form.URL;

import io.gatehouse.config.Key.Form;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The catalogue of every key, in the order of {@code docs/configuration.md}. */
final class Keys {
  static final Key BASE_URL =
      key(
          "base-url",
          URL,
          "Scheme, host and port of this site as browsers see it, without a path. The only source of the redirect URI and of every absolute URL. `https`, except on a loopback host with `gatehouse.insecure-http`. Required.");
  static final Key ISSUER =
      key(
          "issuer",
          URL,
          "Issuer identifier of the authorization server; its metadata must repeat it to the letter. `https`, except on a loopback host. Required, or `gatehouse.providers` instead.");
  static final Key CLIENT_ID =
      key(
          "client-id",
          TEXT,
          "Client identifier that the authorization server gave this application. Required.");
  static final Key CLIENT_SECRET =
      key(
          "client-secret",
          SECRET,
          "Client secret. Required, this or the file, unless `gatehouse.client-auth-method` is `none`.");
  static final Key CLIENT_SECRET_FILE =
      key(
          "client-secret-file",
          FILE,
          "File that holds the client secret; line breaks at its end do not count.");
  static final Key CLIENT_AUTH_METHOD =
      key(
          "client-auth-method",
          CHOICE,
          "client_secret_basic",
          "How the client authenticates at the token endpoint: `client_secret_basic`, `client_secret_post`, or `none` (public client, PKCE alone).");
  static final Key SCOPES =
      key(
          "scopes",
          LIST,
          "openid profile email offline_access",
          "Scopes requested at every login, `openid` among them.");
  static final Key OPTIONAL_SCOPES =
      key("optional-scopes", LIST, "Scopes that a login URL may ask for in addition.");
  static final Key RESOURCE =
      key(
          "resource",
          LIST,
          "Resource indicators (RFC 8707) sent with the authorization and token requests.");
  static final Key AUTHORIZATION_RESOURCE =
      key(
          "authorization-resource",
          LIST,
          "Further resource indicators, named in the authorization request alone (RFC 8707 §2.1): those in the `audience` of routes, where the provider gives no token for what was not named there. Needs `gatehouse.resource`.");
  static final Key ID_TOKEN_ALG =
      key(
          "id-token-signed-response-alg",
          CHOICE,
          "RS256",
          "The one signature algorithm accepted for ID tokens: `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384` or `ES512`.");
  static final Key RESPONSE_MODE =
      key(
          "response-mode",
          CHOICE,
          "query",
          "How the authorization response comes back: `query` or `form_post`.");
  static final Key PROVIDER_QUIRKS =
      key(
          "provider-quirks",
          LIST,
          "Known departures of the provider from its specification to allow for: `refresh-needs-code-verifier` (Open Liberty's provider wants the PKCE verifier again at refresh).");

  static final Key PROVIDERS =
      key(
          "providers",
          LIST,
          "Ids of several providers, in the order of the chooser page: lower-case letters, digits and hyphens. Takes the place of `gatehouse.issuer` and the other keys of one provider.");
  static final Key PROVIDER_NAME =
      key(
          "provider.<id>.name",
          TEXT,
          "What people read on the chooser page. Without it the host of the issuer.");

  static final Key SECRET_VALUE =
      key(
          "secret",
          SECRET,
          "The secret that seals sessions and logins: base64 of at least 32 random bytes, the same on every node. Several, newest first, separated by spaces, to roll over. Required, this or the file; development makes one by itself.");
  static final Key SECRET_FILE =
      key("secret-file", FILE, "File that holds the secret or secrets, one on each line.");

  static final Key IDLE_TIMEOUT =
      key(
          "session.idle-timeout",
          DURATION,
          "30m",
          "A session that nobody used for so long ends. An outage of the database of half a minute or more does not count.");
  static final Key ABSOLUTE_TIMEOUT =
      key(
          "session.absolute-timeout",
          DURATION,
          "7d",
          "Every session ends so long after sign-in, used or not; earlier with its refresh token.");
  static final Key MAX_PER_USER =
      key(
          "session.max-per-user",
          NUMBER,
          "20",
          "Sessions that one user may have; one more ends the oldest.");
  static final Key CACHE_MAX_AGE =
      key(
          "session.cache-max-age",
          DURATION,
          "1s",
          "How old a session read from memory may be, at most `1m`: a sign-out at another node takes effect within it. `0` reads the database each time.");
  static final Key JDBC_URL =
      key(
          "session.jdbc-url",
          TEXT,
          "Database of the sessions: `jdbc:postgresql://host/database` for several nodes. Without it an H2 file under the server's output directory. Read by `server.xml`.");
  static final Key JDBC_USER = key("session.jdbc-user", TEXT, "Database user.");
  static final Key JDBC_PASSWORD_FILE =
      key("session.jdbc-password-file", FILE, "File that holds the database user's password.");
  static final Key JDBC_CREATE_SCHEMA =
      key(
          "session.jdbc-create-schema",
          SWITCH,
          "true",
          "Whether start-up creates missing tables; `false` where an administrator runs the scripts.");

  static final Key REFRESH_AHEAD =
      key(
          "refresh.ahead",
          DURATION,
          "60s",
          "An access token is renewed when this little is left of it, at most a quarter of its lifetime.");
  static final Key REQUEST_DEADLINE =
      key("refresh.request-deadline", DURATION, "10s", "Whole time limit of one refresh request.");
  static final Key LEASE =
      key(
          "refresh.lease",
          DURATION,
          "30s",
          "How long one node may keep the others from refreshing a session; at least one and a half times request deadline plus 3 s.");
  static final Key REFRESH_TOKEN_LIFETIME =
      key(
          "refresh.refresh-token-lifetime",
          DURATION,
          "30d",
          "Assumed for a refresh token when the provider does not say; 7 to 30 days is usual.");

  static final Key CONNECT_TIMEOUT =
      key(
          "http.connect-timeout",
          DURATION,
          "2s",
          "Time limit for a connection to the authorization server.");
  static final Key READ_TIMEOUT =
      key(
          "http.read-timeout",
          DURATION,
          "5s",
          "How long the authorization server may stay silent during an answer.");
  static final Key TRUST_CERTIFICATES_FILE =
      key(
          "http.trust-certificates-file",
          FILE,
          "PEM certificates trusted in addition to the JVM's own.");

  static final Key ROUTES =
      key(
          "routes",
          LIST,
          "api",
          "Ids of the gateway's routes. What no route grants does not exist.");
  static final Key ROUTE_HOST =
      key(
          "route.<id>.host",
          TEXT,
          "Host name that the request must be for, without port. Without it: any.");
  static final Key ROUTE_PATH =
      key(
          "route.<id>.path",
          TEXT,
          "Our path that the route answers, and everything under it. `/bff` or below it for calls of scripts; any other, or `/`, for a whole web application. Required; `/bff` for the route `api`.");
  static final Key ROUTE_TARGET =
      key(
          "route.<id>.target",
          URL,
          "Base address of the protected resource; the rest of the path is appended. `https`, except on a loopback host: the request carries an access token. Required; our own `/api` for the route `api`.");
  static final Key ROUTE_METHODS =
      key(
          "route.<id>.methods",
          LIST,
          "GET HEAD PUT",
          "Methods that the route grants. Routes may share a path when they share no method.");
  static final Key ROUTE_SESSION =
      key(
          "route.<id>.session",
          CHOICE,
          "required",
          "`required`, or `optional`: whoever has no session passes without a token.");
  static final Key ROUTE_TOKEN =
      key(
          "route.<id>.token",
          CHOICE,
          "user",
          "`user`: the signed-in user's access token goes up. `none`: no token does.");
  static final Key ROUTE_AUDIENCE =
      key(
          "route.<id>.audience",
          TEXT,
          "Resource indicator (RFC 8707) of the access token that goes up. Without it: the session's own access token.");
  static final Key ROUTE_SCOPES =
      key(
          "route.<id>.scopes",
          LIST,
          "Scopes that the session must have been granted. Each must be one of `gatehouse.scopes` or `gatehouse.optional-scopes`; one that is missing is asked for (403 with `login_url`).");
  static final Key ROUTE_ACR =
      key(
          "route.<id>.acr",
          LIST,
          "Authentication context classes of which the sign-in must have met one, the preferred first (RFC 9470). Else 401 with a `login_url` that asks for them.");
  static final Key ROUTE_MAX_AGE =
      key(
          "route.<id>.max-age",
          DURATION,
          "How long ago the user may have signed in at the provider. Else 401 with a `login_url` that asks to sign in anew.");
  static final Key ROUTE_TIMEOUT =
      key(
          "route.<id>.timeout",
          DURATION,
          "30s",
          "How long the protected resource may take until its answer begins.");
  static final Key ROUTE_IDLE_TIMEOUT =
      key(
          "route.<id>.idle-timeout",
          DURATION,
          "60s",
          "Longest silence while a body goes up or comes down. Longer than the heartbeat of event streams.");
  static final Key ROUTE_MAX_BODY =
      key(
          "route.<id>.max-body",
          SIZE,
          "1MB",
          "Largest request body: bytes, or a number with `KB`, `MB` or `GB`.");
  static final Key ROUTE_CONCURRENT =
      key("route.<id>.concurrent", NUMBER, "2048", "Calls at a time at one node.");
  static final Key ROUTE_CONCURRENT_PER_SESSION =
      key(
          "route.<id>.concurrent-per-session",
          NUMBER,
          "512",
          "Calls of one session at a time at one node.");
  static final Key ROUTE_REQUEST_HEADERS =
      key(
          "route.<id>.request-headers",
          LIST,
          "Names of request header fields that go up beside the usual ones.");
  static final Key ROUTE_RESPONSE_HEADERS =
      key(
          "route.<id>.response-headers",
          LIST,
          "Names of response header fields that come down beside the usual ones.");
  static final Key ROUTE_COOKIES =
      key(
          "route.<id>.cookies",
          LIST,
          "Names of the web application's own cookies, which cross both ways, below the route's path only.");
  static final Key ROUTE_CACHE =
      key(
          "route.<id>.cache",
          CHOICE,
          "none",
          "`none`: no answer is stored. `upstream`: as the answer itself says.");
  static final Key ROUTE_WEBSOCKET =
      key(
          "route.<id>.websocket",
          SWITCH,
          "true",
          "Whether a WebSocket may be opened, where the route grants `GET`.");

  static final Key API_AUDIENCE =
      key(
          "api.audience",
          TEXT,
          "Audience that an access token must name at `/api`. Without it the first resource indicator of the provider, or else the client identifier.");
  static final Key API_ISSUER =
      key(
          "api.issuer",
          URL,
          "Issuer of the access tokens accepted at `/api`. Without it the first provider's issuer. One that is no provider here signs with RS256.");
  static final Key API_JWKS_URI =
      key(
          "api.jwks-uri",
          URL,
          "Key set that verifies access tokens at `/api`. Without it the provider's metadata tell; required where `gatehouse.api.issuer` is no provider here.");

  static final Key PROTECTED_PATHS =
      key(
          "protected-paths",
          LIST,
          "/account",
          "Own pages that need a session: each path and everything below it.");
  static final Key ID_TOKEN_HINT =
      key(
          "logout.id-token-hint",
          SWITCH,
          "true",
          "Whether sign-out sends the ID token to the provider's end-session endpoint; without it the provider asks the user to confirm.");
  static final Key HSTS =
      key(
          "hsts",
          CHOICE,
          "auto",
          "Strict-Transport-Security: `on`, `off`, or `auto`, which leaves it out on a loopback host.");
  static final Key TRUSTED_PROXIES =
      key(
          "trusted-proxies",
          LIST,
          "Addresses and CIDR blocks of reverse proxies whose forwarded headers tell the client's address, and nothing else.");
  static final Key INSECURE_HTTP =
      key(
          "insecure-http",
          SWITCH,
          "false",
          "Allows an `http` base URL on a loopback host. Cookies lose their prefix and `Secure`: for trying out, never for users.");
  static final Key PROFILE =
      key("profile", CHOICE, "default", "Security profile; `default` is the only one so far.");

  static final Key DEVELOPMENT =
      key(
          "development",
          SWITCH,
          "false",
          "Set by the development include of the server. Without `gatehouse.issuer` and `gatehouse.providers` the embedded provider is used, as the following keys describe it.");
  static final Key DEVELOPMENT_BASE_URL =
      key("development.base-url", URL, "Base URL when `gatehouse.base-url` is not set.");
  static final Key DEVELOPMENT_ISSUER =
      key("development.issuer", URL, "Issuer of the embedded provider.");
  static final Key DEVELOPMENT_CLIENT_ID =
      key("development.client-id", TEXT, "Client identifier at the embedded provider.");
  static final Key DEVELOPMENT_CLIENT_SECRET =
      key("development.client-secret", SECRET, "Client secret at the embedded provider.");
  static final Key DEVELOPMENT_SCOPES =
      key("development.scopes", LIST, "Scopes when `gatehouse.scopes` is not set.");
  static final Key DEVELOPMENT_RESOURCE =
      key(
          "development.resource",
          LIST,
          "Resource indicators when `gatehouse.resource` is not set.");
  static final Key DEVELOPMENT_KEYSTORE_FILE =
      key(
          "development.trust-keystore-file",
          FILE,
          "PKCS12 file with the server's own certificate, which the embedded provider shows.");
  static final Key DEVELOPMENT_KEYSTORE_PASSWORD =
      key("development.trust-keystore-password", SECRET, "Password of that file.");
  static final Key DEVELOPMENT_SECRET_FILE =
      key(
          "development.secret-file",
          FILE,
          "Where development keeps the secret it makes when neither `gatehouse.secret` nor its file is set.");

  /** Keys of one provider; for several each exists as {@code gatehouse.provider.<id>.…}. */
  static final List<Key> CLIENT =
      List.of(
          ISSUER,
          CLIENT_ID,
          CLIENT_SECRET,
          CLIENT_SECRET_FILE,
          CLIENT_AUTH_METHOD,
          SCOPES,
          OPTIONAL_SCOPES,
          RESOURCE,
          AUTHORIZATION_RESOURCE,
          ID_TOKEN_ALG,
          RESPONSE_MODE,
          PROVIDER_QUIRKS);

  static final List<Key> ROUTE =
      List.of(
          ROUTE_HOST,
          ROUTE_PATH,
          ROUTE_TARGET,
          ROUTE_METHODS,
          ROUTE_SESSION,
          ROUTE_TOKEN,
          ROUTE_AUDIENCE,
          ROUTE_SCOPES,
          ROUTE_ACR,
          ROUTE_MAX_AGE,
          ROUTE_TIMEOUT,
          ROUTE_IDLE_TIMEOUT,
          ROUTE_MAX_BODY,
          ROUTE_CONCURRENT,
          ROUTE_CONCURRENT_PER_SESSION,
          ROUTE_REQUEST_HEADERS,
          ROUTE_RESPONSE_HEADERS,
          ROUTE_COOKIES,
          ROUTE_CACHE,
          ROUTE_WEBSOCKET);

  private static final List<Key> SITE =
      List.of(
          BASE_URL, PROTECTED_PATHS, ID_TOKEN_HINT, HSTS, TRUSTED_PROXIES, INSECURE_HTTP, PROFILE);

  private static final List<Key> KEEPING =
      List.of(
          SECRET_VALUE,
          SECRET_FILE,
          IDLE_TIMEOUT,
          ABSOLUTE_TIMEOUT,
          MAX_PER_USER,
          CACHE_MAX_AGE,
          JDBC_URL,
          JDBC_USER,
          JDBC_PASSWORD_FILE,
          JDBC_CREATE_SCHEMA,
          REFRESH_AHEAD,
          REQUEST_DEADLINE,
          LEASE,
          REFRESH_TOKEN_LIFETIME,
          CONNECT_TIMEOUT,
          READ_TIMEOUT,
          TRUST_CERTIFICATES_FILE);

  private static final List<Key> API = List.of(API_AUDIENCE, API_ISSUER, API_JWKS_URI);

  private static final List<Key> DEVELOPMENT_ALL =
      List.of(
          DEVELOPMENT,
          DEVELOPMENT_BASE_URL,
          DEVELOPMENT_ISSUER,
          DEVELOPMENT_CLIENT_ID,
          DEVELOPMENT_CLIENT_SECRET,
          DEVELOPMENT_SCOPES,
          DEVELOPMENT_RESOURCE,
          DEVELOPMENT_KEYSTORE_FILE,
          DEVELOPMENT_KEYSTORE_PASSWORD,
          DEVELOPMENT_SECRET_FILE);

  private Keys() {}

  /** Every key, those of routes and providers with {@code <id>} in their name. */
  static List<Key> all() {
    return Stream.of(
            SITE,
            CLIENT,
            List.of(PROVIDERS, PROVIDER_NAME),
            KEEPING,
            List.of(ROUTES),
            ROUTE,
            API,
            DEVELOPMENT_ALL)
        .flatMap(List::stream)
        .toList();
  }

  private static Key key(String suffix, Form form, String meaning) {
    return new Key(Key.PREFIX + suffix, form, Optional.empty(), meaning);
  }

  private static Key key(String suffix, Form form, String fallback, String meaning) {
    return new Key(Key.PREFIX + suffix, form, Optional.of(fallback), meaning);
  }
}
