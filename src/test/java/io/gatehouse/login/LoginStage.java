package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.Fault;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.session.Session;
import io.gatehouse.testing.Configurations;
import io.gatehouse.testing.House;
import io.gatehouse.testing.Requests;
import io.gatehouse.testing.Responses;
import io.gatehouse.web.Answer;
import io.gatehouse.web.CurrentSession;
import io.gatehouse.web.SignInFirst;
import io.gatehouse.web.WaitingRoom;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The login flow on a {@link House}, and browsers that go through it. */
final class LoginStage implements AutoCloseable {
  static final String SESSION = "__Host-Http-gatehouse";
  static final String LOGIN = "__Host-Http-gatehouse-login";

  final House house;
  private final LoginEndpoint starts;
  private final LoginResource loginResource = new LoginResource();
  private final CallbackResource callbackResource = new CallbackResource();
  private final ProtectedPageFilter protectedPages = new ProtectedPageFilter();
  private final WaitingRoom room = new WaitingRoom(64);
  private final HttpClient http = HttpClient.newHttpClient();

  LoginStage() {
    this(UnaryOperator.identity());
  }

  LoginStage(UnaryOperator<Configurations> settings) {
    this(House.with(settings));
  }

  LoginStage(House house) {
    this.house = house;
    Browsers browsers = new Browsers(house.loginCookie, house.sessionCookie, house.addresses);
    SignIn signIn =
        new SignIn(
            house.configuration,
            house.userInfo,
            house.sessions,
            house.recentLogins,
            house.tokenRevocation,
            house.farewell,
            house.securityEvents);
    Login login =
        new Login(
            house.configuration,
            house.discovery,
            new CodeExchange(house.tokenEndpoint, house.idTokens),
            signIn,
            house.sealer,
            house.once,
            house.database.clock(),
            house.random);
    starts =
        new LoginEndpoint(
            house.configuration,
            login,
            browsers,
            house.loginCookie,
            house.sessionCookie,
            house.recentLogins,
            house.securityEvents);
    loginResource.endpoint = starts;
    loginResource.faults = house.faults;
    loginResource.room = room;
    callbackResource.faults = house.faults;
    callbackResource.room = room;
    callbackResource.endpoint =
        new CallbackEndpoint(login, starts, browsers, house.sessionCookie, house.faults);
    protectedPages.configuration = house.configuration;
    protectedPages.signInFirst = new SignInFirst(starts::needed);
  }

  TestBrowser browser() {
    return new TestBrowser();
  }

  @Override
  public void close() {
    room.close();
    house.close();
  }

  /** What a browser sees of an answer. */
  record Seen(int status, Map<String, String> fields, String body) {
    @Nullable String field(String name) {
      return fields.get(name);
    }

    URI location() {
      return URI.create(String.valueOf(fields.get("Location")));
    }

    /** Where the page's meta refresh goes. */
    String refreshTarget() {
      String before = "<meta http-equiv=\"refresh\" content=\"0; url=";
      int start = body.indexOf(before) + before.length();
      return body.substring(start, body.indexOf('"', start)).replace("&amp;", "&");
    }
  }

  /** Keeps cookies and follows the flow, step by step. */
  final class TestBrowser {
    final Map<String, String> cookies = new LinkedHashMap<>();

    SessionId id() {
      return SessionId.parse(cookies.get(SESSION)).orElseThrow();
    }

    Optional<Session> session() {
      return house.sessions.peek(id());
    }

    Seen login(String query) {
      return send(Requests.navigation("/auth/login" + query));
    }

    /** What the provider sends the browser back with, as the query of the callback. */
    String authorize(Seen started) {
      try {
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(started.location()).build(),
                HttpResponse.BodyHandlers.ofString());
        return URI.create(answer.headers().firstValue("Location").orElseThrow()).getRawQuery();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Comes back from the provider. */
    Seen callback(String query) {
      return send(Requests.crossSiteNavigation("/auth/callback?" + query));
    }

    /** Comes back a second time, by way of the bounce that brings the Strict cookie. */
    Seen replay(String query) {
      return open(callback(query).refreshTarget());
    }

    Seen callbackByPost(String body) {
      return send(
          Requests.a("POST", "/auth/callback")
              .with("Sec-Fetch-Mode", "navigate")
              .with("Sec-Fetch-Dest", "document")
              .with("Sec-Fetch-Site", "cross-site")
              .body(body));
    }

    /** The whole way, to the landing page. */
    Seen signIn(String query) {
      return callback(authorize(login(query)));
    }

    Seen open(String path) {
      return send(Requests.navigation(path));
    }

    Seen send(Requests request) {
      HttpServletRequest built = withCookies(request).build();
      new CurrentSession(house.sessionCookie.read(built), house.sessions, house.accessTokens)
          .bindTo(built);
      try {
        return keepCookies(
            switch (built.getRequestURI()) {
              case "/auth/login" -> seen(loginResource.login(built));
              case "/auth/callback" ->
                  built.getMethod().equals("POST")
                      ? seen(
                          callbackResource.formPost(
                              built,
                              new ByteArrayInputStream(built.getInputStream().readAllBytes())))
                      : seen(callbackResource.query(built));
              default -> page(built);
            });
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The Strict cookie stays at home on the way from another site, as browsers have it. */
    private Requests withCookies(Requests request) {
      boolean isFromAbroad = "cross-site".equals(request.build().getHeader("Sec-Fetch-Site"));
      String sent =
          cookies.entrySet().stream()
              .filter(
                  cookie -> !isFromAbroad || !cookie.getKey().equals(house.sessionCookie.name()))
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; "));
      return sent.isEmpty() ? request : request.with("Cookie", sent);
    }

    private Seen keepCookies(Seen seen) {
      String set = seen.field("Set-Cookie");
      if (set != null) {
        String[] pair = set.substring(0, set.indexOf(';')).split("=", 2);
        cookies.put(pair[0], pair[1]);
      }
      return seen;
    }
  }

  static void assertFailed(Seen seen, int status, String code) {
    assertThat(seen.body()).contains(code);
    assertThat(seen.status()).isEqualTo(status);
    assertThat(seen.field("Set-Cookie")).isNull();
    assertThat(seen.field("Location")).isNull();
    assertThat(seen.field("Cache-Control")).isEqualTo("no-store");
  }

  private Seen page(HttpServletRequest request) {
    Responses response = new Responses();
    try {
      try {
        protectedPages.doFilter(
            request,
            response.build(),
            (passed, downstream) -> Answer.page(200, "protected bytes").writeTo(response.build()));
      } catch (Fault fault) {
        house.faults.answer(request, fault).writeTo(response.build());
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (String name :
        new String[] {"Set-Cookie", "Location", "Content-Type", "Cache-Control", "Retry-After"}) {
      if (response.field(name) != null) {
        fields.put(name, response.field(name));
      }
    }
    return new Seen(response.status(), fields, response.body());
  }

  private static Seen seen(CompletionStage<Response> answer) {
    Response response = answer.toCompletableFuture().join();
    Map<String, String> fields = new LinkedHashMap<>();
    response
        .getStringHeaders()
        .forEach((name, values) -> fields.put(name, String.join("|", values)));
    byte[] body = response.getEntity() instanceof byte[] bytes ? bytes : new byte[0];
    return new Seen(response.getStatus(), fields, new String(body, StandardCharsets.UTF_8));
  }
}
