package it.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a browser does to a site, without drawing it: navigations that follow redirects and meta
 * refreshes, fetches, forms; with Sec-Fetch headers, prefixes and SameSite. Runs no scripts.
 */
public final class Browser {
  private static final int MAX_HOPS = 20;
  private static final String FORM = "application/x-www-form-urlencoded";

  private final URI site;
  private final HttpClient http;
  private final Cookies cookies = new Cookies();
  private final List<Visit> history = new CopyOnWriteArrayList<>();

  public Browser() {
    this(RunningServer.app(), RunningServer.trust());
  }

  /**
   * @param site the Gatehouse that paths belong to
   */
  Browser(URI site, SSLContext trust) {
    this.site = site;
    this.http =
        HttpClient.newBuilder()
            .sslContext(trust)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
  }

  /** Types an address: nothing foreign has a hand in it. A path is one of Gatehouse's. */
  public Visit open(String address) {
    return settle(navigate(null, "GET", site.resolve(address), null));
  }

  /** Types an address and looks at the first answer, wherever that would lead. */
  public Visit openOnly(String address) {
    return navigation(null, "GET", site.resolve(address), null, true);
  }

  /** Follows a link from another page. */
  public Visit follow(URI from, URI to) {
    return settle(navigate(from, "GET", to, null));
  }

  /** Sends a form of this page. */
  public Visit submit(Visit page, URI action, Map<String, String> fields) {
    return settle(navigate(page.uri(), "POST", action, Forms.encode(fields)));
  }

  /** A fetch of Gatehouse's own pages, as {@code app/api.js} makes it. */
  public Visit fetch(String method, String path, @Nullable String json) {
    return fetch(method, path, json, Map.of("X-CSRF", "1"));
  }

  public Visit fetch(
      String method, String path, @Nullable String json, Map<String, String> moreHeaders) {
    URI uri = site.resolve(path);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "application/json");
    headers.put("Sec-Fetch-Site", "same-origin");
    headers.put("Sec-Fetch-Mode", "cors");
    headers.put("Sec-Fetch-Dest", "empty");
    if (!method.equals("GET")) {
      headers.put("Origin", origin(uri));
    }
    if (json != null) {
      headers.put("Content-Type", "application/json");
    }
    headers.putAll(moreHeaders);
    cookies.header(uri, true, true).ifPresent(cookie -> headers.put("Cookie", cookie));
    return send(method, uri, headers, json);
  }

  /**
   * Signs in at the embedded provider by its login form and its consent page, where they come up.
   *
   * @return the page of Gatehouse where it ends
   */
  public Visit signIn(String user, String returnTo) {
    return atProvider(open("/auth/login?return_to=" + returnTo), user);
  }

  /** Goes on from wherever at the provider a navigation has ended. */
  public Visit atProvider(Visit page, String user) {
    Visit current = page;
    if (current.uri().getPath().endsWith("/login.jsp")) {
      current =
          submit(current, current.formAction(), Map.of("j_username", user, "j_password", user));
    }
    return ConsentPage.isShown(current) ? allow(current) : current;
  }

  public Visit allow(Visit consentPage) {
    ConsentPage consent = ConsentPage.on(consentPage);
    return submit(consentPage, consent.action(), consent.allow());
  }

  public Visit cancel(Visit consentPage) {
    return follow(consentPage.uri(), ConsentPage.on(consentPage).cancel());
  }

  public Optional<String> cookie(String name) {
    return cookies.value(site.getHost(), name);
  }

  public Map<String, String> cookies() {
    return cookies.of(site.getHost());
  }

  public void forget(String cookieName) {
    cookies.remove(site.getHost(), cookieName);
  }

  public void plant(String cookieName, String value) {
    cookies.put(site.getHost(), cookieName, value);
  }

  /** Every request so far with its answer, redirects included. */
  public List<Visit> history() {
    return List.copyOf(history);
  }

  /** Moves on by meta refresh until a page stays. */
  private Visit settle(Visit page) {
    Visit current = page;
    for (int hops = 0; current.metaRefresh().isPresent(); hops++) {
      if (hops > MAX_HOPS) {
        throw new AssertionError("a loop of pages at " + current.uri());
      }
      current = navigate(current.uri(), "GET", current.metaRefresh().get(), null);
    }
    return current;
  }

  private Visit navigate(@Nullable URI initiator, String method, URI first, @Nullable String form) {
    boolean sameSite = initiator == null || isSameSite(initiator, first);
    Visit visit = navigation(initiator, method, first, form, sameSite);
    for (int hops = 0; visit.location().isPresent() && visit.status() / 100 == 3; hops++) {
      if (hops > MAX_HOPS) {
        throw new AssertionError("a loop of redirects at " + visit.uri());
      }
      URI next = visit.location().get();
      // a redirect by another site has a hand in the request that follows
      sameSite = sameSite && isSameSite(visit.uri(), next);
      visit = navigation(initiator, "GET", next, null, sameSite);
    }
    return visit;
  }

  private Visit navigation(
      @Nullable URI initiator, String method, URI to, @Nullable String form, boolean sameSite) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    headers.put("Sec-Fetch-Site", fetchSite(initiator, to, sameSite));
    headers.put("Sec-Fetch-Mode", "navigate");
    headers.put("Sec-Fetch-Dest", "document");
    if (form != null) {
      headers.put("Content-Type", FORM);
      headers.put("Origin", initiator == null ? "null" : origin(initiator));
    }
    cookies
        .header(to, sameSite, method.equals("GET"))
        .ifPresent(cookie -> headers.put("Cookie", cookie));
    return send(method, to, headers, form);
  }

  private Visit send(String method, URI uri, Map<String, String> headers, @Nullable String body) {
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).method(method, publisher);
    headers.forEach(request::header);
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      cookies.store(uri, response.headers().allValues("set-cookie"));
      Visit visit =
          new Visit(
              method, uri, headers, response.statusCode(), response.headers(), response.body());
      history.add(visit);
      return visit;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String fetchSite(@Nullable URI initiator, URI to, boolean sameSite) {
    if (initiator == null) {
      return "none";
    }
    if (!sameSite) {
      return "cross-site";
    }
    return origin(initiator).equals(origin(to)) ? "same-origin" : "same-site";
  }

  private static boolean isSameSite(URI one, URI other) {
    return one.getScheme().equals(other.getScheme()) && one.getHost().equals(other.getHost());
  }

  private static String origin(URI uri) {
    return uri.getScheme() + "://" + uri.getAuthority();
  }
}
