package io.gatehouse;

import io.gatehouse.web.SecurityHeaders;
import jakarta.security.auth.message.AuthException;
import jakarta.security.auth.message.AuthStatus;
import jakarta.security.auth.message.MessageInfo;
import jakarta.security.auth.message.config.AuthConfigFactory;
import jakarta.security.auth.message.config.AuthConfigProvider;
import jakarta.security.auth.message.config.ClientAuthConfig;
import jakarta.security.auth.message.config.ServerAuthConfig;
import jakarta.security.auth.message.config.ServerAuthContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;

/**
 * Stands before the server's own addresses, which no filter of ours sees; Jakarta Authentication
 * (§3.8) is asked before any application of the server is. It puts our header fields on their
 * answers, and keeps {@code /metrics} from reading forms: that answers 405 to a POST, but only
 * after it has read the body as a form, into memory and however large, and one request of some
 * hundred megabytes would end the server.
 */
final class ServerGuard implements AuthConfigProvider, ServerAuthConfig, ServerAuthContext {
  private static final List<String> APPLICATIONS = List.of("/health", "/metrics", "/openapi");
  private static final String LAYER = "HttpServlet";
  private static final String IS_MANDATORY =
      "jakarta.security.auth.message.MessagePolicy.isMandatory";

  private final String application;
  private final SecurityHeaders headers;

  private ServerGuard(String application, SecurityHeaders headers) {
    this.application = application;
    this.headers = headers;
  }

  /**
   * @param ours a context of the same virtual host
   * @return what {@link #withdraw} takes
   */
  static List<String> post(ServletContext ours, SecurityHeaders headers) {
    return APPLICATIONS.stream()
        .map(path -> ours.getVirtualServerName() + " " + path)
        .map(
            application ->
                AuthConfigFactory.getFactory()
                    .registerConfigProvider(
                        new ServerGuard(application, headers), LAYER, application, "stands guard"))
        .toList();
  }

  static void withdraw(List<String> registrations) {
    // asked for only where there is one: a start that failed cannot get it
    registrations.forEach(each -> AuthConfigFactory.getFactory().removeRegistration(each));
  }

  @Override
  public AuthStatus validateRequest(MessageInfo exchange, Subject caller, Subject service)
      throws AuthException {
    HttpServletResponse response = (HttpServletResponse) exchange.getResponseMessage();
    headers.apply(response);
    try {
      // whoever takes the stream has the body for himself (Servlet §3.1.1): no form is read from it
      ((HttpServletRequest) exchange.getRequestMessage()).getInputStream();
    } catch (IOException e) {
      throw new AuthException(e);
    }
    if (Boolean.parseBoolean(String.valueOf(exchange.getMap().get(IS_MANDATORY)))) {
      // nobody is signed in here: metrics are for everybody who reaches them, or for none
      response.setStatus(HttpServletResponse.SC_FORBIDDEN);
      return AuthStatus.SEND_FAILURE;
    }
    return AuthStatus.SUCCESS;
  }

  @Override
  public AuthStatus secureResponse(MessageInfo exchange, Subject service) {
    return AuthStatus.SEND_SUCCESS;
  }

  @Override
  public void cleanSubject(MessageInfo exchange, Subject caller) {
    // none was made
  }

  @Override
  public ServerAuthConfig getServerAuthConfig(
      String layer, String context, CallbackHandler callbacks) {
    return this;
  }

  @Override
  public ClientAuthConfig getClientAuthConfig(
      String layer, String context, CallbackHandler callbacks) {
    throw new UnsupportedOperationException("for servers only");
  }

  @Override
  public ServerAuthContext getAuthContext(
      String id, Subject service, Map<String, Object> properties) {
    return this;
  }

  @Override
  public String getAuthContextID(MessageInfo exchange) {
    return application;
  }

  @Override
  public String getMessageLayer() {
    return LAYER;
  }

  @Override
  public String getAppContext() {
    return application;
  }

  @Override
  public boolean isProtected() {
    return false;
  }

  @Override
  public void refresh() {
    // nothing changes
  }
}
