package io.gatehouse.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Reads what concerns this site and its pages. */
final class SiteReader {
  private final Values values;
  private final boolean isDevelopment;

  SiteReader(Values values, boolean isDevelopment) {
    this.values = values;
    this.isDevelopment = isDevelopment;
  }

  Optional<URI> baseUrl() {
    boolean isOwn = !isDevelopment || values.isSet(Keys.BASE_URL);
    Key key = isOwn ? Keys.BASE_URL : Keys.DEVELOPMENT_BASE_URL;
    Optional<URI> site =
        values.require(
            key,
            "write the address of this site as browsers see it: https://app.example.com",
            Addresses::site);
    Optional<Boolean> insecure = insecureHttp();
    if (site.isEmpty() || insecure.isEmpty()) {
      return site;
    }
    boolean isHttps = Addresses.isHttps(site.get());
    if (!isHttps && !Addresses.isLoopback(site.get())) {
      values.problems().unusable(key, site.get().toString(), "a site for users needs https://");
    } else if (!isHttps && !insecure.get()) {
      values
          .problems()
          .unusable(
              key,
              site.get().toString(),
              "http needs gatehouse.insecure-http=true, for trying out only; else write https://");
    } else if (isHttps && insecure.get()) {
      values
          .problems()
          .conflict(Keys.INSECURE_HTTP, "is true, but the base URL is https; remove it");
    }
    return site;
  }

  Optional<Boolean> insecureHttp() {
    return values.read(Keys.INSECURE_HTTP, Parse::flag);
  }

  Optional<Boolean> strictTransportSecurity(Optional<URI> baseUrl) {
    Optional<String> hsts = values.read(Keys.HSTS, Parse::hsts);
    return hsts.flatMap(
        choice ->
            choice.equals("auto")
                ? baseUrl.map(site -> Addresses.isHttps(site) && !Addresses.isLoopback(site))
                : Optional.of(choice.equals("on")));
  }

  Optional<List<String>> protectedPaths() {
    return values.list(Keys.PROTECTED_PATHS, SiteReader::ownPage);
  }

  Optional<TrustedProxies> trustedProxies() {
    return values.list(Keys.TRUSTED_PROXIES, SiteReader::block).map(TrustedProxies::new);
  }

  /** A cookie for a cross-site POST must be Secure, which http cannot give. */
  void checkResponseMode(Optional<URI> baseUrl, List<Key> responseModes) {
    for (Key key : responseModes) {
      boolean isFormPost =
          values.raw(key).filter(text -> text.strip().equals("form_post")).isPresent();
      if (isFormPost && baseUrl.isPresent() && !Addresses.isHttps(baseUrl.get())) {
        values.problems().unusable(key, "form_post", "it needs an https base URL; write query");
      }
    }
  }

  private static String ownPage(String text) throws Unusable {
    String path = Parse.path(text);
    if (OwnPaths.cover(path) || RouteConfiguration.isCall(path)) {
      throw new Unusable("what lies there has rules of its own; remove it");
    }
    return path;
  }

  private static String block(String text) throws Unusable {
    if (Cidr.parse(text).isEmpty()) {
      throw new Unusable("it must be an address or a block: 10.0.0.7, 10.0.0.0/8 or fd00::/8");
    }
    return text;
  }
}
