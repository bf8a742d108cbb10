package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Secret;
import io.gatehouse.session.Session;
import jakarta.enterprise.context.RequestScoped;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in, and the access token to act for them (RFC 6749 §1.4), for any bean of the
 * application:
 *
 * <pre>{@code @Inject TokenHolder tokens;}</pre>
 */
@RequestScoped
public class TokenHolder {
  private @Nullable CurrentSession current;

  /** Gives this request its session; {@link TokenHolderFilter} does so. */
  public void present(CurrentSession session) {
    this.current = session;
  }

  public boolean isSignedIn() {
    return current != null && current.find().isPresent();
  }

  /** The signed-in user's {@code sub}; unique together with {@link #provider()}. */
  public Optional<String> subject() {
    return session().map(Session::subject);
  }

  /** The id of the provider that the user signed in with. */
  public Optional<String> provider() {
    return session().map(Session::provider);
  }

  /** The scopes granted; empty when nobody is signed in. */
  public Set<String> scopes() {
    return session().map(session -> session.tokens().scopes()).orElse(Set.of());
  }

  /**
   * An access token that is good now, renewed if need be. Ask each time; never keep it.
   *
   * @throws RequestRefused when nobody is signed in, or no good token can be had just now
   */
  public Secret accessToken() {
    return accessToken(Optional.empty());
  }

  /**
   * As {@link #accessToken()}, for one protected resource and no other (RFC 8707 §2.2).
   *
   * @param resource its resource indicator, as the provider knows it; a provider may want it in
   *     {@code gatehouse.authorization-resource} (RFC 8707 §2.2)
   * @throws RequestRefused also when the provider gives no token for it
   */
  public Secret accessToken(URI resource) {
    return accessToken(Optional.of(resource));
  }

  private Secret accessToken(Optional<URI> resource) {
    if (current == null) {
      throw new RequestRefused(ErrorId.NOT_SIGNED_IN, "There is no session in this context.");
    }
    return current.accessToken(resource).token().value();
  }

  private Optional<Session> session() {
    return current == null ? Optional.empty() : current.find();
  }
}
