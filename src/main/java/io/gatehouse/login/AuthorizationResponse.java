package io.gatehouse.login;

import io.gatehouse.authorizationserver.Provider;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.web.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An authorization response as it arrived, well formed and nothing more (RFC 6749 §4.1.2, RFC 9207
 * §2). Other parameters, {@code session_state} among them, are ignored.
 */
record AuthorizationResponse(
    String state,
    Optional<Secret> code,
    Optional<String> error,
    Optional<String> errorDescription,
    Optional<String> issuer) {
  /** Characters of the whole query or body. */
  static final int MAX_LENGTH = 4096;

  private static final Pattern ERROR = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,64}");
  private static final int MAX_WORDS = 200;

  /**
   * @param encoded query or form body, never both
   * @throws LoginRefused when it is not one response, read in one way
   */
  static AuthorizationResponse read(@Nullable String encoded) {
    if (encoded != null && encoded.length() > MAX_LENGTH) {
      throw malformed("It is longer than any answer of a provider.");
    }
    Parameters parameters =
        Parameters.parse(encoded)
            .orElseThrow(() -> malformed("A parameter came twice or is not encoded properly."));
    for (String name : List.of("state", "code", "error", "iss")) {
      if (parameters.get(name).filter(String::isEmpty).isPresent()) {
        throw malformed("The parameter " + name + " is empty.");
      }
    }
    if (parameters.has("code") && parameters.has("error")) {
      throw malformed("It says yes and no at once.");
    }
    return new AuthorizationResponse(
        parameters
            .get("state")
            .orElseThrow(
                () ->
                    new LoginRefused(
                        ErrorId.STATE_MISSING,
                        "The provider's answer does not say which sign-in it belongs to.")),
        parameters.get("code").map(Secret::of),
        parameters.get("error"),
        parameters.get("error_description"),
        parameters.get("iss"));
  }

  /** Whether it carries neither a code nor an error: only a question about a state. */
  boolean isBare() {
    return code.isEmpty() && error.isEmpty();
  }

  /**
   * Against mix-up of providers (RFC 9207 §2.4).
   *
   * @param isOneOfSeveral then the issuer must be named whatever the provider's metadata say
   */
  void requireIssuer(Provider provider, boolean isOneOfSeveral) {
    if (issuer.isEmpty() && (provider.issRequired() || isOneOfSeveral)) {
      throw new LoginRefused(
          ErrorId.RESPONSE_ISSUER_WRONG, "The answer does not say which provider gave it.");
    }
    // exactly: simple string comparison, RFC 3986 §6.2.1
    if (issuer.isPresent() && !issuer.get().equals(provider.configuration().issuer().toString())) {
      throw new LoginRefused(
          ErrorId.RESPONSE_ISSUER_WRONG, "The answer names another issuer than the one asked.");
    }
  }

  void requireCodeOrError() {
    if (isBare()) {
      throw malformed("It holds neither a code nor an error.");
    }
  }

  /**
   * The authorization code.
   *
   * @throws LoginRefused when the provider gave an error instead (RFC 6749 §4.1.2.1)
   */
  Secret requireCode() {
    error.ifPresent(
        refusal -> {
          throw new LoginRefused(ErrorId.PROVIDER_REFUSED, wordsOfTheProvider(refusal));
        });
    return code.orElseThrow(() -> malformed("It holds neither a code nor an error."));
  }

  private String wordsOfTheProvider(String refusal) {
    String plain =
        ERROR.matcher(refusal).matches() ? refusal : "an error in a form that is not allowed";
    String words = errorDescription.map(AuthorizationResponse::printable).orElse("").strip();
    return "The provider answered "
        + plain
        + (plain.equals("access_denied")
            ? ": consent was not given, or this account may not use this application."
            : ".")
        + (words.isEmpty() ? "" : " In the provider's own words: \u201c" + words + "\u201d");
  }

  private static String printable(String text) {
    StringBuilder kept = new StringBuilder();
    text.codePoints()
        .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
        .limit(MAX_WORDS)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private static LoginRefused malformed(String detail) {
    return new LoginRefused(ErrorId.RESPONSE_MALFORMED, detail);
  }
}
