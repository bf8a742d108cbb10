package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.refresh.AccessTokenSource;
import io.gatehouse.session.Session;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.FakeAuthorizationServer;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.Requests;
import io.gatehouse.testing.Responses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CurrentSessionTest {
  private static final URI ORDERS = URI.create(FakeAuthorizationServer.RESOURCE);

  private final House house = House.standard();
  private final SessionFilter filter = new SessionFilter();
  private final TokenHolder holder = new TokenHolder();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void the_cookie_stands_for_the_session() throws Exception {
    SessionId id = house.signIn("alice");
    CurrentSession current = CurrentSession.of(filtered("/bff/x", id));

    assertThat(current.require().subject()).isEqualTo("alice");
    assertThat(holder.isSignedIn()).isTrue();
    assertThat(holder.subject()).contains("alice");
    assertThat(holder.provider()).contains("default");
    assertThat(holder.scopes()).contains("openid", "profile");
    assertThat(holder.accessToken())
        .isEqualTo(house.sessions.peek(id).orElseThrow().tokens().accessToken());
  }

  @Test
  void the_protected_resource_never_sees_a_session_by_cookie() throws Exception {
    SessionId id = house.signIn("alice");

    assertThat(CurrentSession.of(filtered("/api/v1/user/profile", id)).id()).isEmpty();
    assertThat(holder.isSignedIn()).isFalse();
  }

  @Test
  void nobody_signed_in_is_401() throws Exception {
    CurrentSession current = CurrentSession.of(filtered("/bff/x", null));

    assertThat(current.find()).isEmpty();
    assertFault(current::require, ErrorId.NOT_SIGNED_IN);
    assertFault(() -> current.accessToken(Optional.empty()), ErrorId.NOT_SIGNED_IN);
    assertFault(current::refreshed, ErrorId.NOT_SIGNED_IN);
    assertFault(holder::accessToken, ErrorId.NOT_SIGNED_IN);
    assertThat(holder.scopes()).isEmpty();
    assertThat(holder.subject()).isEmpty();
  }

  @Test
  void outside_a_request_nobody_is_signed_in() {
    assertThat(holder.isSignedIn()).isFalse();
    assertFault(holder::accessToken, ErrorId.NOT_SIGNED_IN);
  }

  @Test
  void a_session_that_is_over_is_401() throws Exception {
    SessionId id = house.signIn("alice");
    CurrentSession current = CurrentSession.of(filtered("/bff/x", id));
    house.sessions.end(id);

    assertFault(current::require, ErrorId.SESSION_ENDED);
    assertFault(() -> current.accessToken(Optional.empty()), ErrorId.SESSION_ENDED);
  }

  @Test
  void looking_does_not_extend_and_using_does() throws Exception {
    SessionId id = house.signIn("alice");
    CurrentSession current = CurrentSession.of(filtered("/bff/x", id));
    house.database.advance(Duration.ofMinutes(20));
    assertThat(current.peek()).isPresent();
    house.database.advance(Duration.ofMinutes(9));
    assertThat(current.find()).isPresent();
    house.database.advance(Duration.ofMinutes(29));
    assertThat(current.peek()).isPresent();
    house.database.advance(Duration.ofMinutes(1));

    assertThat(current.peek()).isEmpty();
  }

  @Test
  void a_token_that_ran_out_is_renewed_before_it_is_given() throws Exception {
    SessionId id = house.signIn("alice");
    filtered("/bff/x", id);
    var old = holder.accessToken();
    house.database.advance(Duration.ofMinutes(6));

    assertThat(holder.accessToken()).isNotEqualTo(old);
    assertThat(house.provider.isLive(holder.accessToken().reveal())).isTrue();
  }

  @Test
  void a_token_at_hand_is_given_without_waiting_and_one_that_ran_out_is_not() throws Exception {
    SessionId id = house.signIn("alice");
    CurrentSession current = CurrentSession.of(filtered("/bff/x", id));
    house.provider.always(Endpoint.TOKEN, Mischief.status(500));

    assertThat(current.accessTokenAtHand(Optional.empty())).isPresent();
    house.database.advance(Duration.ofMinutes(6));
    assertThat(current.accessTokenAtHand(Optional.empty())).isEmpty();
    assertThat(house.provider.count(Endpoint.TOKEN)).isEqualTo(1); // the sign-in's own
    house.sessions.end(id);
    assertFault(() -> current.accessTokenAtHand(Optional.empty()), ErrorId.SESSION_ENDED);
  }

  @Test
  void a_resource_that_refuses_every_token_costs_one_refresh_not_one_a_request() throws Exception {
    SessionId id = house.signIn("alice");
    long first = CurrentSession.of(filtered("/bff/x", id)).require().generation();
    long second =
        CurrentSession.of(filtered("/bff/x", id))
            .accessTokenAfterRefusal(Optional.empty(), first)
            .session()
            .generation();

    assertThat(second).isGreaterThan(first);
    assertThat(
            CurrentSession.of(filtered("/bff/x", id))
                .accessTokenAfterRefusal(Optional.empty(), second)
                .session()
                .generation())
        .isEqualTo(second);
    assertThat(CurrentSession.of(filtered("/bff/x", id)).refreshed().generation())
        .isGreaterThan(second); // who asks for one gets one
    house.database.advance(Duration.ofSeconds(30));
    assertThat(
            CurrentSession.of(filtered("/bff/x", id))
                .accessTokenAfterRefusal(Optional.empty(), second + 1)
                .session()
                .generation())
        .isGreaterThan(second + 1);
  }

  @Test
  void a_provider_in_trouble_is_503_and_the_session_stays() throws Exception {
    SessionId id = house.signIn("alice");
    CurrentSession current = CurrentSession.of(filtered("/bff/x", id));
    house.provider.always(Endpoint.TOKEN, Mischief.status(500));
    house.database.advance(Duration.ofMinutes(6));

    assertThatThrownBy(() -> current.accessToken(Optional.empty()))
        .isInstanceOfSatisfying(
            Fault.class,
            fault -> {
              assertThat(fault.id()).isEqualTo(ErrorId.REFRESH_UNAVAILABLE);
              assertThat(fault.retryAfter()).isPresent();
            });
    assertThat(current.peek()).isPresent();
  }

  @Test
  void a_rest_client_sends_the_token_and_nothing_a_caller_put_there() throws Exception {
    SessionId id = house.signIn("alice");
    filtered("/bff/x", id);
    MultivaluedHashMap<String, Object> fields = new MultivaluedHashMap<>();
    fields.addAll("Authorization", List.of("Bearer other", "Basic x"));

    new BearerPropagation(holder).filter(outgoing(fields));

    assertThat(fields.get("Authorization"))
        .containsExactly("Bearer " + holder.accessToken().reveal());
  }

  @Test
  void a_refused_token_is_not_given_again_though_another_node_has_renewed_it() throws Exception {
    SessionId id = house.signIn("alice");
    CurrentSession current = CurrentSession.of(filtered("/bff/x", id));
    Session refused = current.accessToken(Optional.empty()).session(); // and is kept in memory here
    try (AccessTokenSource elsewhere = house.accessTokensElsewhere()) {
      elsewhere.refreshNow(id);
    }

    Session renewed =
        current.accessTokenAfterRefusal(Optional.empty(), refused.generation()).session();

    assertThat(renewed.generation()).isGreaterThan(refused.generation());
    assertThat(holder.accessToken()).isEqualTo(renewed.tokens().accessToken());
  }

  @Test
  void a_token_for_one_resource_goes_to_that_one_and_the_own_one_to_the_others() throws Exception {
    SessionId id = house.signIn("alice");
    filtered("/bff/x", id);
    MultivaluedHashMap<String, Object> fields = new MultivaluedHashMap<>();

    BearerPropagation.forResource(holder, ORDERS).filter(outgoing(fields));

    assertThat(fields.get("Authorization"))
        .containsExactly("Bearer " + holder.accessToken(ORDERS).reveal());
    assertThat(holder.accessToken(ORDERS)).isNotEqualTo(holder.accessToken());
    assertThat(house.provider.count(Endpoint.TOKEN)).isEqualTo(2); // the sign-in, and this one
  }

  @Test
  void a_resource_that_the_provider_has_no_token_for_is_502_and_the_session_stays()
      throws Exception {
    SessionId id = house.signIn("alice");
    CurrentSession current = CurrentSession.of(filtered("/bff/x", id));
    house.provider.refusesResources(ORDERS.toString());

    assertFault(() -> current.accessToken(Optional.of(ORDERS)), ErrorId.TARGET_REFUSED);
    assertFault(() -> holder.accessToken(ORDERS), ErrorId.TARGET_REFUSED);
    assertThat(ErrorId.TARGET_REFUSED.kind()).isEqualTo(ErrorId.Kind.BAD_GATEWAY);
    assertThat(current.accessToken(Optional.empty()).session().subject()).isEqualTo("alice");
  }

  @Test
  void a_token_for_a_resource_has_to_be_waited_for_once_and_is_at_hand_then() throws Exception {
    SessionId id = house.signIn("alice");
    CurrentSession current = CurrentSession.of(filtered("/bff/x", id));

    assertThat(current.accessTokenAtHand(Optional.of(ORDERS))).isEmpty();
    CurrentSession.Granted granted = current.accessToken(Optional.of(ORDERS));
    assertThat(current.accessTokenAtHand(Optional.of(ORDERS))).contains(granted);

    house.database.advance(Duration.ofSeconds(30));
    CurrentSession.Granted other =
        current.accessTokenAfterRefusal(Optional.of(ORDERS), granted.token().generation());
    assertThat(other.token().generation()).isGreaterThan(granted.token().generation());
    assertThat(holder.accessToken(ORDERS)).isEqualTo(other.token().value());
    assertThat(current.accessToken(Optional.empty()).token().generation())
        .isEqualTo(Session.FIRST_GENERATION);
  }

  @Test
  void a_request_that_passed_no_filter_is_noticed() {
    assertThatThrownBy(() -> CurrentSession.of(Requests.get("/").build()))
        .isInstanceOf(IllegalStateException.class);
  }

  private HttpServletRequest filtered(String path, SessionId id) throws Exception {
    filter.cookie = house.sessionCookie;
    filter.sessions = house.sessions;
    filter.tokens = house.accessTokens;
    HttpServletRequest request =
        Optional.ofNullable(id)
            .map(
                known ->
                    Requests.get(path)
                        .with("Cookie", house.sessionCookie.name() + "=" + known.reveal()))
            .orElse(Requests.get(path))
            .build();
    TokenHolderFilter behind = new TokenHolderFilter();
    behind.holder = holder;
    filter.doFilter(
        request,
        new Responses().build(),
        (passed, response) -> behind.doFilter(passed, response, (last, answer) -> {}));
    return request;
  }

  private static ClientRequestContext outgoing(MultivaluedHashMap<String, Object> fields) {
    return (ClientRequestContext)
        Proxy.newProxyInstance(
            CurrentSessionTest.class.getClassLoader(),
            new Class<?>[] {ClientRequestContext.class},
            (proxy, called, args) -> fields);
  }

  private static void assertFault(ThrowingCallable call, ErrorId id) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.id()).isEqualTo(id));
  }
}
