package io.gatehouse.testing;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.gatehouse.testing.FakeAuthorizationServer.Settings;
import io.gatehouse.testing.Grants.Family;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the fake answers when it is asked to behave: strict, rotating, and S256 only. */
final class FakeProtocol {
  private static final String PAGE =
      "<!doctype html><html lang=\"en\"><title>Fake provider</title><body>%s</body></html>";

  /** One for all fakes of a JVM: making keys is what takes time. */
  private static final RSAKey FIRST_KEY = SigningKeys.rsa("fake-" + UUID.randomUUID());

  private final String issuer;
  private final Settings settings;
  private final Clock clock;
  private final Grants grants;

  volatile List<RSAKey> keys = List.of(FIRST_KEY);
  volatile Duration accessTokenLife;
  volatile boolean rotates = true;
  volatile boolean idTokenAtRefresh = true;
  volatile boolean stepsUp = true;
  volatile Set<String> refusedResources = Set.of();
  volatile Map<String, String> scopesOfResources = Map.of();
  volatile UnaryOperator<TokenBuilder> idToken = UnaryOperator.identity();
  volatile UnaryOperator<Map<String, Object>> tokenAnswer = UnaryOperator.identity();
  volatile UnaryOperator<Map<String, Object>> metadata = UnaryOperator.identity();
  volatile UnaryOperator<Map<String, Object>> userInfo = UnaryOperator.identity();
  volatile UnaryOperator<Map<String, Object>> authorizationResponse = UnaryOperator.identity();

  FakeProtocol(String issuer, Settings settings, Clock clock, Grants grants) {
    this.issuer = issuer;
    this.settings = settings;
    this.accessTokenLife = settings.accessTokenLife();
    this.clock = clock;
    this.grants = grants;
  }

  Reply answer(RecordedRequest request) {
    return switch (request.endpoint()) {
      case DISCOVERY -> Reply.json(200, metadata.apply(discovery()));
      case RFC_8414_METADATA -> Reply.error(404, "not_found");
      case JWKS -> Reply.json(200, publicKeys().toJSONObject());
      case AUTHORIZE -> authorize(request);
      case TOKEN -> token(request);
      case USERINFO -> userInfo(request);
      case REVOKE -> revoke(request);
      case END_SESSION -> endSession(request);
    };
  }

  RSAKey signingKey() {
    return keys.get(0);
  }

  private JWKSet publicKeys() {
    return new JWKSet(keys.stream().map(key -> (com.nimbusds.jose.jwk.JWK) key).toList())
        .toPublicJWKSet();
  }

  Map<String, Object> discovery() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("issuer", issuer);
    document.put("authorization_endpoint", issuer + Endpoint.AUTHORIZE.path());
    document.put("token_endpoint", issuer + Endpoint.TOKEN.path());
    document.put("jwks_uri", issuer + Endpoint.JWKS.path());
    document.put("userinfo_endpoint", issuer + Endpoint.USERINFO.path());
    document.put("revocation_endpoint", issuer + Endpoint.REVOKE.path());
    document.put("end_session_endpoint", issuer + Endpoint.END_SESSION.path());
    document.put("response_types_supported", List.of("code"));
    document.put("response_modes_supported", List.of("query", "form_post"));
    document.put("subject_types_supported", List.of("public"));
    document.put("id_token_signing_alg_values_supported", List.of("RS256"));
    document.put("code_challenge_methods_supported", List.of("S256"));
    document.put("authorization_response_iss_parameter_supported", true);
    document.put("backchannel_logout_supported", true);
    document.put("backchannel_logout_session_supported", true);
    return document;
  }

  /** Signs in at once whom {@code login_hint} names, or alice. */
  private Reply authorize(RecordedRequest request) {
    String redirectUri = request.parameter("redirect_uri");
    if (!settings.clientId().equals(request.parameter("client_id"))
        || redirectUri == null
        || !settings.redirectUris().contains(redirectUri)) {
      return Reply.text(400, "text/html", String.format(PAGE, "Unknown client or redirect URI."));
    }
    Map<String, Object> response = new LinkedHashMap<>();
    String challenge = request.parameter("code_challenge");
    if (!"code".equals(request.parameter("response_type"))
        || challenge == null
        || !"S256".equals(request.parameter("code_challenge_method"))) {
      response.put("error", "invalid_request");
    } else {
      response.put("code", grants.code(family(request, redirectUri, challenge)));
    }
    Optional.ofNullable(request.parameter("state")).ifPresent(it -> response.put("state", it));
    response.put("iss", issuer);
    Map<String, Object> altered = authorizationResponse.apply(response);
    return "form_post".equals(request.parameter("response_mode"))
        ? Reply.text(200, "text/html", formPost(redirectUri, altered))
        : Reply.redirect(redirectUri + (redirectUri.contains("?") ? "&" : "?") + encode(altered));
  }

  private Family family(RecordedRequest request, String redirectUri, String challenge) {
    String hint = request.parameter("login_hint");
    String scope = request.parameter("scope");
    return new Family(
        hint == null ? "alice" : hint,
        settings.clientId(),
        redirectUri,
        challenge,
        request.parameter("nonce"),
        scope == null ? List.of() : List.of(scope.split(" ")),
        request.parameters().getOrDefault("resource", List.of()),
        acr(request),
        stepsUp ? clock.instant() : clock.instant().minus(Duration.ofHours(1)));
  }

  /** The first of those asked for, or the least there is. */
  private @Nullable String acr(RecordedRequest request) {
    String asked = request.parameter("acr_values");
    return asked == null ? null : stepsUp ? asked.split(" ")[0] : "urn:fake:password";
  }

  private static String formPost(String redirectUri, Map<String, Object> response) {
    StringBuilder form = new StringBuilder("<form method=\"post\" action=\"" + redirectUri + "\">");
    response.forEach(
        (name, value) ->
            form.append("<input type=\"hidden\" name=\"" + name + "\" value=\"" + value + "\">"));
    return String.format(
        PAGE, form + "<button>Continue</button></form><script>document.forms[0].submit()</script>");
  }

  private Reply token(RecordedRequest request) {
    if (!isAuthenticated(request)) {
      return Reply.error(401, "invalid_client").withHeader("WWW-Authenticate", "Basic");
    }
    String grantType = String.valueOf(request.parameter("grant_type"));
    return switch (grantType) {
      case "authorization_code" ->
          grants
              .redeemCode(String.valueOf(request.parameter("code")))
              .filter(family -> family.redirectUri.equals(request.parameter("redirect_uri")))
              .filter(family -> family.challenge.equals(s256(request.parameter("code_verifier"))))
              .map(family -> tokens(family, request, true))
              .orElse(Reply.error(400, "invalid_grant"));
      case "refresh_token" -> refresh(request);
      default -> Reply.error(400, "unsupported_grant_type");
    };
  }

  private Reply refresh(RecordedRequest request) {
    if (asksForRefusedResource(request)) {
      return Reply.error(400, "invalid_target");
    }
    return grants
        .useRefreshToken(String.valueOf(request.parameter("refresh_token")), rotates)
        .map(family -> tokens(family, request, false))
        .orElse(Reply.error(400, "invalid_grant"));
  }

  private boolean asksForRefusedResource(RecordedRequest request) {
    List<String> asked = request.parameters().getOrDefault("resource", List.of());
    return asked.stream().anyMatch(refusedResources::contains)
        || !grants.covers(String.valueOf(request.parameter("refresh_token")), asked);
  }

  private boolean isAuthenticated(RecordedRequest request) {
    List<String> header = request.header("Authorization");
    if (settings.clientSecret().isEmpty()) {
      return header.isEmpty() && settings.clientId().equals(request.parameter("client_id"));
    }
    String expected = settings.clientSecret().get();
    if (!header.isEmpty()) {
      String plain =
          new String(
              Base64.getDecoder().decode(header.get(0).substring("Basic ".length())),
              StandardCharsets.UTF_8);
      String[] parts = plain.split(":", 2);
      return settings.clientId().equals(URLDecoder.decode(parts[0], StandardCharsets.UTF_8))
          && expected.equals(URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return settings.clientId().equals(request.parameter("client_id"))
        && expected.equals(request.parameter("client_secret"));
  }

  /** A scope that belongs to a resource is granted for that one alone (RFC 8707 §2.2). */
  private List<String> scopes(Family family, List<String> audience) {
    return family.scopes.stream()
        .filter(scope -> audience.contains(scopesOfResources.getOrDefault(scope, audience.get(0))))
        .toList();
  }

  private Reply tokens(Family family, RecordedRequest request, boolean atSignIn) {
    Instant now = clock.instant();
    Duration life = accessTokenLife;
    List<String> audience =
        request.parameters().getOrDefault("resource", List.of(settings.clientId()));
    String accessToken =
        TokenBuilder.accessToken(signingKey(), issuer, audience, family.subject, now, life)
            .claim("upn", family.subject)
            .claim("groups", List.of("users"))
            .claim("client_id", family.clientId)
            .claim("scope", String.join(" ", scopes(family, audience)))
            .claim("jti", UUID.randomUUID().toString())
            .build()
            .reveal();
    grants.accessToken(accessToken, family, now.plus(life));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("access_token", accessToken);
    members.put("token_type", "Bearer");
    members.put("expires_in", life.toSeconds());
    members.put("scope", String.join(" ", scopes(family, audience)));
    if (atSignIn || rotates) {
      members.put("refresh_token", grants.refreshToken(family));
    }
    if (atSignIn || idTokenAtRefresh) {
      members.put("id_token", idToken(family, accessToken, now, atSignIn));
    }
    return Reply.json(200, tokenAnswer.apply(members));
  }

  private String idToken(Family family, String accessToken, Instant now, boolean atSignIn) {
    TokenBuilder token =
        TokenBuilder.idToken(signingKey(), issuer, family.clientId, family.subject, now)
            .claim("sid", family.sid)
            .claim("auth_time", family.authTime.getEpochSecond())
            .claim("acr", family.acr)
            .claim("at_hash", base64Url(Arrays.copyOf(sha256(accessToken), 16)));
    if (atSignIn && family.nonce != null) {
      token.claim("nonce", family.nonce);
    }
    profile(family.subject).forEach(token::claim);
    return idToken.apply(token).build().reveal();
  }

  private static Map<String, Object> profile(String subject) {
    String name = subject.substring(0, 1).toUpperCase(Locale.ROOT) + subject.substring(1);
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("name", name + " Example");
    claims.put("preferred_username", subject);
    claims.put("email", subject + "@example.org");
    claims.put("email_verified", true);
    return claims;
  }

  private Reply userInfo(RecordedRequest request) {
    List<String> header = request.header("Authorization");
    if (header.size() != 1 || !header.get(0).startsWith("Bearer ")) {
      return Reply.error(401, "invalid_token");
    }
    return grants
        .ofAccessToken(header.get(0).substring("Bearer ".length()))
        .map(
            family -> {
              Map<String, Object> claims = profile(family.subject);
              claims.put("sub", family.subject);
              return Reply.json(200, userInfo.apply(claims));
            })
        .orElse(Reply.error(401, "invalid_token"));
  }

  private Reply revoke(RecordedRequest request) {
    if (!isAuthenticated(request)) {
      return Reply.error(401, "invalid_client");
    }
    grants.revoke(String.valueOf(request.parameter("token")));
    return new Reply(200, Map.of(), new byte[0]);
  }

  private static Reply endSession(RecordedRequest request) {
    String target = request.parameter("post_logout_redirect_uri");
    String state = request.parameter("state");
    return target == null
        ? Reply.text(200, "text/html", String.format(PAGE, "Signed out."))
        : Reply.redirect(target + (state == null ? "" : "?" + encode(Map.of("state", state))));
  }

  private static String encode(Map<String, ?> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            query
                .append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8)));
    return query.toString();
  }

  private static String s256(@Nullable String verifier) {
    return base64Url(sha256(String.valueOf(verifier)));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
