package io.gatehouse.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.EndReason;
import io.gatehouse.observe.SecurityEvent.SessionEnded;
import io.gatehouse.testing.Endpoint;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Mischief;
import io.gatehouse.testing.Reply;
import io.gatehouse.testing.Requests;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.Farewell;
import io.gatehouse.web.WaitingRoom;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountTest {
  private Response refresh(SessionId id) {
    return refresh.refresh(request("POST", "/auth/refresh", id)).toCompletableFuture().join();
  }

  private final House house = House.standard();
  private final List<String> revoked = new ArrayList<>();
  private final SessionResource check = new SessionResource();
  private final WaitingRoom room = new WaitingRoom();
  private final RefreshResource refresh = new RefreshResource(room, house.faults);
  private final SessionsResource sessions =
      new SessionsResource(
          house.sessions,
          new Farewell((provider, session, tokens) -> revoked.add(session), house.securityEvents),
          house.sessionCookie);

  @AfterEach
  void close() {
    room.close();
    house.close();
  }

  @Test
  void nobody_and_somebody_whose_session_ended_are_signed_out_and_that_is_200() {
    SessionId ended = house.signIn("alice");
    house.sessions.end(ended);
    for (SessionId id : new SessionId[] {null, ended}) {
      Response answer = check.check(request("GET", "/auth/session", id));
      assertThat(answer.getStatus()).isEqualTo(200);
      assertThat(object(answer)).hasToString("{\"signed_in\":false,\"login_url\":\"/auth/login\"}");
    }
  }

  @Test
  void a_store_that_is_away_is_not_signed_out() {
    SessionId id = house.signIn("alice");
    house.storeDown(true);
    house.database.advance(Duration.ofSeconds(5));
    assertThat(
            fault(
                () -> check.check(request("GET", "/auth/session", SessionId.random(house.random)))))
        .isEqualTo(ErrorId.STORE_UNREACHABLE);
    house.storeDown(false);
    assertThat(object(check.check(request("GET", "/auth/session", id))).getBoolean("signed_in"))
        .isTrue();
  }

  @Test
  void check_session_counts_as_use_and_peek_does_not() {
    SessionId id = house.signIn("alice");
    Instant idleEnd = idleEnd(check.check(request("GET", "/auth/session?peek=true", id)));
    house.database.advance(Duration.ofMinutes(10));
    assertThat(idleEnd(check.check(request("GET", "/auth/session?peek=true", id))))
        .isEqualTo(idleEnd);
    assertThat(idleEnd(check.check(request("GET", "/auth/session?peek=true&peek=true", id))))
        .isEqualTo(idleEnd);
    assertThat(idleEnd(check.check(request("GET", "/auth/session", id)))).isAfter(idleEnd);
  }

  @Test
  void a_session_whose_tokens_nobody_needs_is_not_refreshed() {
    SessionId id = house.signIn("alice");
    int asked = house.provider.count(Endpoint.TOKEN);
    house.database.advance(Duration.ofMinutes(10));
    check.check(request("GET", "/auth/session?peek=true", id));
    check.check(request("GET", "/auth/session", id));
    assertThat(house.provider.count(Endpoint.TOKEN)).isEqualTo(asked);
  }

  @Test
  void refresh_now_answers_as_check_session_with_a_later_end() {
    SessionId id = house.signIn("alice");
    Instant before =
        instant(check.check(request("GET", "/auth/session", id)), "access_token_expires_at");
    house.database.advance(Duration.ofSeconds(30));
    Response answer = refresh(id);
    assertThat(answer.getStatus()).isEqualTo(200);
    assertThat(instant(answer, "access_token_expires_at")).isAfter(before);
    assertThat(object(answer).keySet())
        .isEqualTo(object(check.check(request("GET", "/auth/session", id))).keySet());
  }

  @Test
  void refresh_now_without_a_session_is_401_and_with_a_dead_refresh_token_too() {
    assertThat(object(refresh(null)).getString("code")).isEqualTo(ErrorId.NOT_SIGNED_IN.code());
    SessionId id = house.signIn("alice");
    house.provider.always(Endpoint.TOKEN, Mischief.error(400, "invalid_grant"));
    Response answer = refresh(id);
    assertThat(answer.getStatus()).isEqualTo(401);
    assertThat(object(answer).getString("code")).isEqualTo(ErrorId.SESSION_ENDED.code());
  }

  /** As the runtime has it: its view of the request is of one thread alone. */
  @Test
  void refresh_now_is_refused_on_whatever_thread_the_refusal_comes_up() {
    SessionId id = house.signIn("alice");
    CountDownLatch gate = new CountDownLatch(1);
    house.provider.always(
        Endpoint.TOKEN,
        (exchange, honest) ->
            Mischief.waitFor(gate)
                .play(exchange, () -> Reply.error(503, "temporarily_unavailable")));

    var answer = refresh.refresh(ofThisThread(request("POST", "/auth/refresh", id)));
    gate.countDown();

    assertThat(answer.toCompletableFuture().join().getStatus()).isEqualTo(503);
  }

  private static HttpServletRequest ofThisThread(HttpServletRequest request) {
    Thread owner = Thread.currentThread();
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            AccountTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, called, args) -> {
              if (Thread.currentThread() != owner) {
                throw new IllegalStateException("no request on this thread");
              }
              return called.invoke(request, args);
            });
  }

  @Test
  void refresh_now_in_an_outage_is_503_and_the_session_stays() {
    SessionId id = house.signIn("alice");
    house.provider.always(Endpoint.TOKEN, Mischief.status(500));
    Response answer = refresh(id);
    assertThat(answer.getStatus()).isEqualTo(503);
    assertThat(object(answer).getString("code")).isEqualTo(ErrorId.REFRESH_UNAVAILABLE.code());
    assertThat(answer.getHeaderString("Retry-After")).isNotNull();
    assertThat(house.sessions.peek(id)).isPresent();
  }

  @Test
  void a_record_that_no_key_opens_is_quietly_signed_out() {
    SessionId id = house.signIn("alice");
    house.database.execute("UPDATE gatehouse_session SET key_id = 'retired'");
    house.database.advance(Duration.ofSeconds(5));
    Response answer = check.check(request("GET", "/auth/session", id));
    assertThat(answer.getStatus()).isEqualTo(200);
    assertThat(object(answer)).hasToString("{\"signed_in\":false,\"login_url\":\"/auth/login\"}");
    assertThat(object(refresh(id)).getString("code")).isEqualTo(ErrorId.SESSION_ENDED.code());
    assertThat(house.provider.count(Endpoint.TOKEN)).as("the sign-in alone").isEqualTo(1);
  }

  @Test
  void fewer_scopes_and_a_nearer_end_after_a_refresh_are_told() {
    SessionId id = house.signIn("alice");
    house.provider.alterTokenAnswer(
        granted -> {
          Map<String, Object> altered = new HashMap<>(granted);
          altered.put("scope", "openid");
          altered.put("refresh_expires_in", 600);
          return altered;
        });
    assertThat(refresh(id).getStatus()).isEqualTo(200);
    JsonObject told = object(check.check(request("GET", "/auth/session", id)));
    Instant end = house.database.clock().instant().plusSeconds(600);
    assertThat(told.getJsonArray("scopes")).hasToString("[\"openid\"]");
    assertThat(told.getString("refresh_token_expires_at")).isEqualTo(end.toString());
    assertThat(told.getString("session_expires_at")).isEqualTo(end.toString());
  }

  @Test
  void the_list_begins_with_this_session_and_goes_on_with_the_latest_sign_in() {
    List<SessionId> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(house.signIn("alice"));
      house.database.advance(Duration.ofSeconds(1));
    }
    // what was used last counts for nothing here
    house.database.advance(Duration.ofMinutes(2));
    house.sessions.find(ids.get(0));

    JsonArray list = array(sessions.list(request("GET", "/auth/sessions", ids.get(2))));

    assertThat(list.getValuesAs(JsonObject.class))
        .extracting(entry -> entry.getString("id"))
        .containsExactly(
            handle(ids.get(2)), handle(ids.get(3)), handle(ids.get(1)), handle(ids.get(0)));
  }

  @Test
  void the_list_has_the_users_sessions_by_handle_and_marks_this_one() {
    SessionId here = house.signIn("alice");
    house.signIn("alice");
    house.signIn("bob");
    JsonArray list = array(sessions.list(request("GET", "/auth/sessions", here)));
    assertThat(list).hasSize(2);
    assertThat(list.getValuesAs(JsonObject.class))
        .allSatisfy(
            entry ->
                assertThat(entry.keySet())
                    .containsExactlyInAnyOrder(
                        "id",
                        "current",
                        "created_at",
                        "last_used_at",
                        "user_agent",
                        "ip",
                        "provider"))
        .filteredOn(entry -> entry.getBoolean("current"))
        .extracting(entry -> entry.getString("id"))
        .containsExactly(handle(here));
    assertThat(list.toString()).doesNotContain(here.reveal(), here.hash());
  }

  @Test
  void another_session_is_ended_by_its_handle_and_revoked() {
    SessionId here = house.signIn("alice");
    SessionId there = house.signIn("alice");
    String handle = handle(there);
    Response answer = sessions.end(request("DELETE", "/auth/sessions/x", here), handle);
    assertThat(answer.getStatus()).isEqualTo(204);
    assertThat(answer.getHeaderString("Set-Cookie")).isNull();
    assertThat(house.sessions.find(there)).isEmpty();
    assertThat(house.sessions.find(here)).isPresent();
    assertThat(revoked).containsExactly(handle);
    assertThat(house.events(SessionEnded.class))
        .extracting(SessionEnded::reason)
        .containsExactly(EndReason.ENDED_BY_USER);
  }

  @Test
  void ending_this_session_by_its_handle_takes_the_cookie_away() {
    SessionId here = house.signIn("alice");
    Response answer = sessions.end(request("DELETE", "/auth/sessions/x", here), handle(here));
    assertThat(answer.getStatus()).isEqualTo(204);
    assertThat(answer.getHeaderString("Set-Cookie")).isEqualTo(house.sessionCookie.clear());
    assertThat(house.sessions.find(here)).isEmpty();
  }

  @Test
  void another_users_session_is_not_found_and_lives_on() {
    SessionId here = house.signIn("alice");
    SessionId bobs = house.signIn("bob");
    for (String handle : List.of(handle(bobs), bobs.reveal(), bobs.hash(), "nonsense", "")) {
      assertThat(fault(() -> sessions.end(request("DELETE", "/auth/sessions/x", here), handle)))
          .isEqualTo(ErrorId.NOT_FOUND);
    }
    assertThat(house.sessions.find(bobs)).isPresent();
    assertThat(revoked).isEmpty();
  }

  @Test
  void all_others_end_and_this_one_stays() {
    SessionId here = house.signIn("alice");
    SessionId there = house.signIn("alice");
    SessionId bobs = house.signIn("bob");
    Response answer = sessions.endAll(request("DELETE", "/auth/sessions?except=current", here));
    assertThat(answer.getStatus()).isEqualTo(204);
    assertThat(answer.getHeaderString("Set-Cookie")).isNull();
    assertThat(house.sessions.find(there)).isEmpty();
    assertThat(house.sessions.find(here)).isPresent();
    assertThat(house.sessions.find(bobs)).isPresent();
    assertThat(revoked).hasSize(1);
  }

  @Test
  void all_end_and_the_cookie_goes_with_them() {
    SessionId here = house.signIn("alice");
    SessionId there = house.signIn("alice");
    Response answer = sessions.endAll(request("DELETE", "/auth/sessions", here));
    assertThat(answer.getHeaderString("Set-Cookie")).isEqualTo(house.sessionCookie.clear());
    assertThat(house.sessions.find(here)).isEmpty();
    assertThat(house.sessions.find(there)).isEmpty();
    assertThat(revoked).hasSize(2);
  }

  @Test
  void a_misspelt_exception_ends_nothing() {
    SessionId here = house.signIn("alice");
    for (String query :
        List.of("except=Current", "expect=current", "except=current&except=current", "except=")) {
      assertThat(fault(() -> sessions.endAll(request("DELETE", "/auth/sessions?" + query, here))))
          .isEqualTo(ErrorId.MALFORMED_REQUEST);
    }
    assertThat(house.sessions.find(here)).isPresent();
  }

  @Test
  void the_list_is_nobodys_who_is_not_signed_in() {
    assertThat(fault(() -> sessions.list(request("GET", "/auth/sessions", null))))
        .isEqualTo(ErrorId.NOT_SIGNED_IN);
    assertThat(fault(() -> sessions.endAll(request("DELETE", "/auth/sessions", null))))
        .isEqualTo(ErrorId.NOT_SIGNED_IN);
  }

  private HttpServletRequest request(String method, String target, SessionId id) {
    HttpServletRequest request = Requests.fetch(method, target).build();
    new CurrentSession(Optional.ofNullable(id), house.sessions, house.accessTokens).bindTo(request);
    return request;
  }

  private String handle(SessionId id) {
    return house.sessions.peek(id).orElseThrow().handle();
  }

  private static ErrorId fault(Supplier<Response> call) {
    return catchThrowableOfType(Fault.class, call::get).id();
  }

  private static Instant idleEnd(Response answer) {
    return instant(answer, "idle_expires_at");
  }

  private static Instant instant(Response answer, String member) {
    return Instant.parse(object(answer).getString(member));
  }

  private static JsonObject object(Response answer) {
    return reader(answer).readObject();
  }

  private static JsonArray array(Response answer) {
    return reader(answer).readArray();
  }

  private static JsonReader reader(Response answer) {
    return Json.createReader(new ByteArrayInputStream((byte[]) answer.getEntity()));
  }
}
