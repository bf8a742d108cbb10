package io.gatehouse.web;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.ReturnTarget;
import io.gatehouse.observe.LineBudget;
import io.gatehouse.observe.SecurityEvent;
import io.gatehouse.observe.SecurityEvents;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The only chooser of status codes and error pages: turns a failure into a page for navigations and
 * a problem document (RFC 9457) for everything else, with the same facts.
 */
public final class FaultMapper {
  /** Where a client without a session goes; the {@code login_url} of every 401. */
  public static final String LOGIN_URL = "/auth/login";

  private static final Logger LOG = Logger.getLogger(FaultMapper.class.getName());
  private static final JsonProvider JSON = JsonProvider.provider();
  private static final int TRACES_PER_MINUTE = 60;
  private static final Duration USUAL_WAIT = Duration.ofSeconds(5);

  private final URI baseUrl;
  private final Set<String> usualScopes;
  private final boolean hasAccountPage;
  private final ClientAddress addresses;
  private final SecurityEvents events;
  private final Clock clock;
  private final SecureRandom random;
  // a bug can be called up as often as anybody likes (D11); the audit log says what it leaves out
  private final LineBudget traces = new LineBudget(TRACES_PER_MINUTE);
  private final Page page = Page.named("error");

  public FaultMapper(
      GatehouseConfiguration configuration,
      ClientAddress addresses,
      SecurityEvents events,
      Clock clock,
      SecureRandom random) {
    this.baseUrl = configuration.baseUrl();
    this.usualScopes = usualScopes(configuration);
    this.hasAccountPage = configuration.hasAccountPage();
    this.addresses = addresses;
    this.events = events;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What an answer needs to know of a request.
   *
   * @param written the path as the client wrote it
   * @param path empty: not one that a person can be sent back to
   */
  private record Asked(
      boolean isNavigation,
      String address,
      String method,
      String written,
      Optional<String> path,
      Optional<String> query) {
    /** The page asked for, where it is one that a person can be sent back to. */
    ReturnTarget here() {
      return path.flatMap(ReturnTarget::parse).orElse(ReturnTarget.HOME);
    }

    ReturnTarget hereWithQuery() {
      ReturnTarget here = here();
      return query.isEmpty() || here.equals(ReturnTarget.HOME)
          ? here
          : ReturnTarget.parse(here.path() + "?" + query.get()).orElse(here);
    }
  }

  /** The answers to one request, at any time and on any thread. */
  public interface Answers extends Function<Throwable, Answer> {
    Answer apply(Throwable failure, NextStep next);
  }

  public Answer answer(HttpServletRequest request, Throwable failure) {
    return answersTo(request).apply(failure);
  }

  public Answer answer(HttpServletRequest request, Throwable failure, NextStep next) {
    return answersTo(request).apply(failure, next);
  }

  /** As {@link #answer}, but later: what counts of the request is read now. */
  public Answers answersTo(HttpServletRequest request) {
    Asked asked = asked(request);
    return new Answers() {
      @Override
      public Answer apply(Throwable failure) {
        return apply(failure, usualStep(asked, Failures.faultOf(failure)));
      }

      @Override
      public Answer apply(Throwable failure, NextStep next) {
        return answer(asked, failure, next);
      }
    };
  }

  private Asked asked(HttpServletRequest request) {
    return new Asked(
        Navigation.isNavigation(request),
        addresses.of(request),
        request.getMethod(),
        RequestPath.written(request),
        request.getMethod().equals("GET")
            ? Optional.of(RequestPath.normalised(request).value())
            : Optional.empty(),
        Optional.ofNullable(request.getQueryString()));
  }

  private static SecurityEvent event(Asked asked, Throwable failure, Refusal refusal) {
    return Failures.loginRefusal(failure)
        .<SecurityEvent>map(
            login ->
                new SecurityEvent.LoginRefused(
                    login.provider(),
                    refusal.error(),
                    refusal.detail(),
                    refusal.reference(),
                    refusal.address()))
        .orElseGet(
            () ->
                new SecurityEvent.RequestRefused(
                    refusal.error(),
                    refusal.detail(),
                    refusal.reference(),
                    refusal.address(),
                    asked.method(),
                    RequestPath.forLog(asked.written())));
  }

  private Answer answer(Asked asked, Throwable failure, NextStep next) {
    Fault fault = Failures.faultOf(failure);
    Refusal refusal = new Refusal(fault.id(), fault.detail(), newReference(), asked.address());
    if (fault.id() == ErrorId.INTERNAL && traces.spend(clock.millis()).isGranted()) {
      LOG.log(Level.SEVERE, "reference={0} {1}", trace(refusal.reference(), failure));
    }
    events.publish(event(asked, failure, refusal));
    int status = statusOf(fault.id().kind());
    Answer answer =
        asked.isNavigation()
            ? page(status, refusal, next)
            : problem(status, refusal, remedy(fault));
    return status == 503 || status == 429
        ? answer.with("Retry-After", seconds(fault.retryAfter().orElse(USUAL_WAIT)))
        : answer;
  }

  private Answer page(int status, Refusal refusal, NextStep next) {
    Map<String, ?> facts =
        Map.of(
            "account_page", hasAccountPage,
            "title", refusal.error().title(),
            "detail", refusal.detail(),
            "code", refusal.error().code(),
            "reference", refusal.reference(),
            "button_label", next.label(),
            "button_href", next.href());
    return Answer.page(status, page.fill(facts)).notStored();
  }

  private Answer problem(int status, Refusal refusal, Optional<LoginUrl> remedy) {
    JsonObjectBuilder facts =
        JSON.createObjectBuilder()
            .add("type", documentation(refusal.error()))
            .add("title", refusal.error().title())
            .add("status", status)
            .add("detail", refusal.detail())
            .add("code", refusal.error().code())
            .add("reference", refusal.reference());
    remedy.ifPresent(url -> facts.add("login_url", url.toString()));
    return Answer.json(status, "application/problem+json", facts.build().toString()).notStored();
  }

  /** The page that explains this id, which the application itself serves. */
  private String documentation(ErrorId error) {
    return baseUrl.resolve("/docs/errors.md") + "#" + error.code();
  }

  /** What every login asks for, and no login URL needs to. */
  private static Set<String> usualScopes(GatehouseConfiguration configuration) {
    Set<String> usual = new HashSet<>();
    configuration.providers().forEach(provider -> usual.addAll(provider.client().scopes()));
    configuration
        .providers()
        .forEach(provider -> usual.removeAll(provider.client().optionalScopes()));
    return Set.copyOf(usual);
  }

  /** The login that would help, if one would. */
  private Optional<LoginUrl> remedy(Fault fault) {
    Optional<LoginUrl> special =
        fault instanceof RequestRefused refused ? refused.remedy() : Optional.empty();
    return special
        .map(url -> url.withoutScopes(usualScopes))
        .or(
            () ->
                fault.id().kind() == ErrorId.Kind.UNAUTHENTICATED
                    ? Optional.of(LoginUrl.PLAIN)
                    : Optional.empty());
  }

  private NextStep usualStep(Asked asked, Fault fault) {
    return switch (fault.id()) {
      case CONSENT_NEEDED -> remedy("Go on to the provider", asked, fault);
      case STEP_UP_NEEDED -> remedy("Sign in again", asked, fault);
      default -> usualStep(asked.here(), fault.id());
    };
  }

  private NextStep remedy(String label, Asked asked, Fault fault) {
    return NextStep.signIn(label, remedy(fault).orElse(LoginUrl.PLAIN), asked.hereWithQuery());
  }

  private static NextStep usualStep(ReturnTarget here, ErrorId error) {
    return switch (error.kind()) {
      case UNAUTHENTICATED -> NextStep.signIn("Sign in", here);
      case UNAVAILABLE, BAD_GATEWAY, GATEWAY_TIMEOUT, INTERNAL -> NextStep.retry(here);
      default -> NextStep.HOME;
    };
  }

  /** The status of the answer to a failure. */
  public static int statusOf(Throwable failure) {
    return statusOf(Failures.faultOf(failure).id().kind());
  }

  private static int statusOf(ErrorId.Kind kind) {
    return switch (kind) {
      case REFUSED -> 400;
      case UNAUTHENTICATED -> 401;
      case FORBIDDEN -> 403;
      case NOT_FOUND -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case TOO_LARGE -> 413;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case TOO_MANY -> 429;
      case FIELDS_TOO_LARGE -> 431;
      case INTERNAL -> 500;
      case BAD_GATEWAY -> 502;
      case UNAVAILABLE -> 503;
      case GATEWAY_TIMEOUT -> 504;
    };
  }

  /** Whole seconds, rounded up and never zero: a client must not come back too early. */
  private static String seconds(Duration wait) {
    return String.valueOf(Math.max(1, (wait.toMillis() + 999) / 1000));
  }

  private String newReference() {
    byte[] bits = new byte[9];
    random.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  private static Object[] trace(String reference, Throwable failure) {
    return new Object[] {reference, Failures.trace(failure)};
  }
}
