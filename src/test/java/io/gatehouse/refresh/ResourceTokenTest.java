package io.gatehouse.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.refresh.RefreshOutcome.Fresh;
import io.gatehouse.refresh.RefreshOutcome.SessionEnded;
import io.gatehouse.refresh.RefreshOutcome.TargetRefused;
import io.gatehouse.refresh.RefreshOutcome.Unavailable;
import io.gatehouse.refresh.SimulatedProvider.Crash;
import io.gatehouse.refresh.SimulatedProvider.Fate;
import io.gatehouse.session.AccessToken;
import io.gatehouse.session.ResourceGrant;
import io.gatehouse.session.Session;
import io.gatehouse.session.SessionKey;
import io.gatehouse.session.TestSessions;
import io.gatehouse.session.Tokens;
import io.gatehouse.store.RefreshState;
import io.gatehouse.store.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Access tokens for other resources than the session's own (RFC 8707 §2.2), through the same lease
 * and with the same refresh token, at two nodes and with a provider that revokes everything when a
 * refresh token comes twice. The clock is the test's.
 */
class ResourceTokenTest {
  private static final URI ORDERS = URI.create("https://orders.example");
  private static final URI STOCK = URI.create("https://stock.example");
  private static final Predicate<String> COMMIT = sql -> sql.contains("SET key_id");

  private final TestDatabase database = TestDatabase.h2();
  private final SimulatedProvider provider = new SimulatedProvider(database.clock());
  private final Node a = new Node(database, provider);
  private final Node b = new Node(database, provider);
  private final SessionId id = a.open(provider.signIn());

  @AfterEach
  void close() {
    assertThat(provider.reuses()).as("refresh tokens sent twice").isZero();
    database.close();
  }

  private Session stored() {
    return a.sessions.reread(SessionKey.of(id)).orElseThrow();
  }

  private void loseTheNextAnswerOf(Predicate<String> sql) {
    a.connection.loseAnswerOf(sql);
    a.whileWaiting = a.connection::mend;
  }

  private static Session fresh(RefreshOutcome outcome) {
    assertThat(outcome).isInstanceOf(Fresh.class);
    return ((Fresh) outcome).session();
  }

  private static AccessToken token(RefreshOutcome outcome, URI resource) {
    return fresh(outcome).accessToken(Optional.of(resource)).orElseThrow();
  }

  private static String text(RefreshOutcome outcome, URI resource) {
    return token(outcome, resource).value().reveal();
  }

  private static Wanted insteadOf(AccessToken refused, URI resource) {
    return Wanted.insteadOf(refused.generation()).at(Optional.of(resource));
  }

  // --------------------------------------------------------------- no faults

  @Test
  void it_is_asked_for_once_and_good_at_every_node_while_the_own_one_stays() {
    assertThat(text(a.current(id, ORDERS), ORDERS)).isEqualTo("at-2@" + ORDERS);
    assertThat(text(b.current(id, ORDERS), ORDERS)).isEqualTo("at-2@" + ORDERS);
    assertThat(fresh(b.current(id)).accessToken().value().reveal()).isEqualTo("at-1");
    assertThat(stored().tokens().refreshToken().orElseThrow().reveal()).isEqualTo("rt-2");
    assertThat(provider.requests()).isEqualTo(1);
  }

  @Test
  void each_resource_has_its_own_and_each_is_renewed_by_itself() {
    a.current(id, ORDERS);
    database.advance(Duration.ofMinutes(2));
    b.current(id, STOCK);
    fresh(a.refreshNow(id));
    assertThat(provider.requests()).isEqualTo(3);

    database.advance(Duration.ofMinutes(3));
    assertThat(text(b.current(id, ORDERS), ORDERS)).isEqualTo("at-5@" + ORDERS);
    assertThat(text(b.current(id, STOCK), STOCK)).isEqualTo("at-3@" + STOCK);
    assertThat(fresh(b.current(id)).accessToken().value().reveal()).isEqualTo("at-4");
    assertThat(provider.requests()).isEqualTo(4);
  }

  @Test
  void it_is_renewed_at_its_expiry_and_used_until_it_is_due() {
    AccessToken first = token(a.current(id, ORDERS), ORDERS);
    database.advance(TestSessions.LIFE.minusSeconds(61));
    assertThat(token(a.current(id, ORDERS), ORDERS)).isEqualTo(first);
    database.advance(Duration.ofSeconds(61));
    assertThat(token(a.current(id, ORDERS), ORDERS).generation()).isGreaterThan(first.generation());
  }

  @Test
  void each_is_due_by_its_own_expiry_and_by_no_other() {
    fresh(a.current(id, ORDERS));
    database.advance(Duration.ofSeconds(210));
    fresh(a.refreshNow(id));
    database.advance(Duration.ofSeconds(60)); // half a minute is left to that for orders
    fresh(a.current(id));
    assertThat(provider.requests()).isEqualTo(2);
    fresh(a.current(id, ORDERS));
    assertThat(provider.requests()).isEqualTo(3);

    database.advance(Duration.ofSeconds(210)); // and now to its own
    fresh(a.current(id, ORDERS));
    assertThat(provider.requests()).isEqualTo(3);
    fresh(a.current(id));
    assertThat(provider.requests()).isEqualTo(4);
  }

  @Test
  void a_provider_that_does_not_rotate_is_as_good() {
    provider.rotates = false;
    assertThat(text(a.current(id, ORDERS), ORDERS)).isEqualTo("at-2@" + ORDERS);
    assertThat(stored().tokens().refreshToken().orElseThrow().reveal()).isEqualTo("rt-1");
    fresh(a.refreshNow(id));
  }

  @Test
  void a_session_keeps_the_newest_eight_and_none_that_has_run_out() {
    List<URI> many =
        IntStream.range(0, 9).mapToObj(n -> URI.create("https://r" + n + ".example")).toList();
    many.forEach(resource -> fresh(a.current(id, resource)));
    assertThat(stored().resources())
        .extracting(ResourceGrant::resource)
        .isEqualTo(many.subList(1, 9));

    database.advance(TestSessions.LIFE);
    fresh(a.current(id, ORDERS));
    assertThat(stored().resources()).extracting(ResourceGrant::resource).containsExactly(ORDERS);
  }

  @Test
  void without_a_refresh_token_there_is_none_and_nothing_is_asked() {
    Tokens tokens = provider.signIn();
    SessionId poor =
        a.open(
            new Tokens(
                tokens.accessToken(),
                tokens.accessTokenExpiresAt(),
                tokens.accessTokenLifetime(),
                Optional.empty(),
                Optional.empty(),
                tokens.idToken(),
                Optional.empty(),
                tokens.scopes()));
    assertThat(a.current(poor, ORDERS)).isInstanceOf(TargetRefused.class);
    fresh(a.current(poor));
    assertThat(provider.requests()).isZero();
  }

  // ------------------------------------------------------------ refused there

  @Test
  void one_that_a_resource_refused_is_renewed_and_no_other_is() {
    AccessToken refused = token(a.current(id, ORDERS), ORDERS);
    fresh(a.current(id, STOCK));
    Session after = fresh(b.answer(id, insteadOf(refused, ORDERS)));
    assertThat(after.accessToken(Optional.of(ORDERS)).orElseThrow().generation())
        .isGreaterThan(refused.generation());
    assertThat(after.accessToken(Optional.of(STOCK)).orElseThrow().value().reveal())
        .isEqualTo("at-3@" + STOCK);
    assertThat(after.accessToken().value().reveal()).isEqualTo("at-1");
  }

  @Test
  void one_that_has_just_come_is_not_renewed_for_a_refusal_and_says_nothing_of_the_own_one() {
    AccessToken refused = token(a.current(id, ORDERS), ORDERS);
    assertThat(a.policy.isJustRenewed(stored(), insteadOf(refused, ORDERS), now())).isTrue();
    assertThat(a.policy.isJustRenewed(stored(), Wanted.insteadOf(refused.generation()), now()))
        .isFalse();
    database.advance(Duration.ofSeconds(30));
    assertThat(a.policy.isJustRenewed(stored(), insteadOf(refused, ORDERS), now())).isFalse();
  }

  @Test
  void the_own_one_is_no_younger_for_what_came_for_another_resource() {
    long refused = stored().accessToken().generation();
    fresh(a.current(id, ORDERS));
    assertThat(fresh(b.refreshAfterRefusal(id, refused)).accessToken().value().reveal())
        .isEqualTo("at-3");
  }

  // ------------------------------------------------------- the provider has none

  @Test
  void a_refused_resource_is_asked_for_once_in_a_while_by_all_nodes_together() {
    provider.next(Fate.TARGET_REFUSED);
    assertThat(a.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
    assertThat(a.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
    assertThat(b.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
    assertThat(provider.requests()).isEqualTo(1);
    assertThat(a.events)
        .contains(
            new SecurityEvent.RefreshFailed(
                "acme", stored().handle(), SecurityEvent.RefreshFailure.TARGET_REFUSED));

    database.advance(Duration.between(now(), stored().refusedUntil(Optional.of(ORDERS))));
    assertThat(text(b.current(id, ORDERS), ORDERS)).isEqualTo("at-2@" + ORDERS);
  }

  private java.time.Instant now() {
    return database.clock().instant();
  }

  @Test
  void a_refused_resource_keeps_nobody_from_the_others() {
    provider.next(Fate.TARGET_REFUSED);
    assertThat(a.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
    fresh(b.current(id, STOCK));
    fresh(b.refreshNow(id));
    assertThat(stored().renewal().state()).isEqualTo(RefreshState.IDLE);
    assertThat(a.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
    assertThat(provider.requests()).isEqualTo(3);
  }

  @Test
  void a_good_one_goes_on_when_its_renewal_is_refused() {
    AccessToken good = token(a.current(id, ORDERS), ORDERS);
    database.advance(TestSessions.LIFE.minusSeconds(30));
    provider.next(Fate.TARGET_REFUSED);
    assertThat(token(a.current(id, ORDERS), ORDERS)).isEqualTo(good);
    assertThat(token(b.current(id, ORDERS), ORDERS)).isEqualTo(good);
    assertThat(provider.requests()).isEqualTo(2);
    database.advance(Duration.ofSeconds(30));
    assertThat(b.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
  }

  @Test
  void a_refusal_whose_writing_is_answered_late_is_known_all_the_same() {
    provider.next(Fate.TARGET_REFUSED);
    loseTheNextAnswerOf(COMMIT);
    assertThat(a.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
    assertThat(b.current(id, ORDERS)).isInstanceOf(TargetRefused.class);
    assertThat(provider.requests()).isEqualTo(1);
  }

  // ----------------------------------------------------------------- trouble

  @Test
  void a_provider_in_trouble_is_a_matter_of_waiting() {
    provider.next(Fate.REFUSED);
    assertThat(a.current(id, ORDERS)).isInstanceOf(Unavailable.class);
    fresh(a.current(id));
    database.advance(Duration.ofSeconds(6));
    fresh(b.current(id, ORDERS));
    assertThat(provider.requests()).isEqualTo(2);
  }

  @Test
  void a_request_nobody_answered_is_tried_again_although_the_own_token_is_good() {
    provider.next(Fate.REQUEST_LOST);
    assertThat(a.current(id, ORDERS)).isInstanceOf(Unavailable.class);
    assertThat(stored().renewal().state()).isEqualTo(RefreshState.UNCERTAIN);
    fresh(b.current(id));
    database.advance(Duration.ofSeconds(2));
    fresh(b.current(id, ORDERS));
    assertThat(provider.requests()).isEqualTo(2);
  }

  @Test
  void a_commit_whose_answer_is_lost_is_recognized() {
    loseTheNextAnswerOf(COMMIT);
    assertThat(text(a.current(id, ORDERS), ORDERS)).isEqualTo("at-2@" + ORDERS);
    assertThat(text(b.current(id, ORDERS), ORDERS)).isEqualTo("at-2@" + ORDERS);
    fresh(b.refreshNow(id)); // the rotated refresh token has been stored
    assertThat(provider.requests()).isEqualTo(2);
  }

  @Test
  void a_node_that_dies_with_the_answer_costs_nothing_where_the_provider_has_grace() {
    provider.hasGrace = true;
    provider.afterProcessing =
        () -> {
          provider.afterProcessing = () -> {};
          throw new Crash();
        };
    assertThatThrownBy(() -> a.current(id, ORDERS)).isInstanceOf(Crash.class);
    database.advance(Node.CONFIGURATION.lease());
    assertThat(text(b.current(id, ORDERS), ORDERS)).isEqualTo("at-3@" + ORDERS);
    fresh(b.refreshNow(id));
  }

  @Test
  void a_sign_out_meanwhile_wins_and_what_came_too_late_is_revoked() {
    provider.afterProcessing = () -> b.sessions.end(id);
    assertThat(a.current(id, ORDERS)).isInstanceOf(SessionEnded.class);
    assertThat(provider.revocations()).containsExactly("rt-2");
  }

  @Test
  void a_dead_refresh_token_ends_the_session_whatever_it_was_to_bring() {
    provider.revokeEverything();
    assertThat(a.current(id, ORDERS)).isInstanceOf(SessionEnded.class);
    assertThat(b.current(id)).isInstanceOf(SessionEnded.class);
  }
}
