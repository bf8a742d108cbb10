package io.gatehouse;

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
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;

/**
 * Keeps the server's own {@code /metrics} from reading forms. That application answers 405 to a
 * POST, but only after it has read the body as a form, into memory and however large: one request
 * of some hundred megabytes would end the server. No filter of ours sees it; Jakarta Authentication
 * (§3.8) is asked before any application of the server is.
 */
final class MetricsGuard implements AuthConfigProvider, ServerAuthConfig, ServerAuthContext {
  private static final String LAYER = "HttpServlet";
  private static final String IS_MANDATORY =
      "jakarta.security.auth.message.MessagePolicy.isMandatory";

  private final String application;

  private MetricsGuard(String application) {
    this.application = application;
  }

  /**
   * @param ours a context of the same virtual host
   * @return what {@link #withdraw} takes
   */
  static String post(ServletContext ours) {
    String application = ours.getVirtualServerName() + " /metrics";
    return AuthConfigFactory.getFactory()
        .registerConfigProvider(
            new MetricsGuard(application), LAYER, application, "reads no forms");
  }

  static void withdraw(String registration) {
    AuthConfigFactory.getFactory().removeRegistration(registration);
  }

  @Override
  public AuthStatus validateRequest(MessageInfo exchange, Subject caller, Subject service)
      throws AuthException {
    try {
      // whoever takes the stream has the body for himself (Servlet §3.1.1): no form is read from it
      ((HttpServletRequest) exchange.getRequestMessage()).getInputStream();
    } catch (IOException e) {
      throw new AuthException(e);
    }
    if (Boolean.parseBoolean(String.valueOf(exchange.getMap().get(IS_MANDATORY)))) {
      // nobody is signed in here: metrics are for everybody who reaches them, or for none
      ((HttpServletResponse) exchange.getResponseMessage())
          .setStatus(HttpServletResponse.SC_FORBIDDEN);
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
