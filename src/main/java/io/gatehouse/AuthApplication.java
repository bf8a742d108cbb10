package io.gatehouse;

import io.gatehouse.account.ProvidersResource;
import io.gatehouse.account.RefreshResource;
import io.gatehouse.account.SessionResource;
import io.gatehouse.account.SessionsResource;
import io.gatehouse.login.CallbackResource;
import io.gatehouse.login.LoginResource;
import io.gatehouse.logout.BackChannelLogoutResource;
import io.gatehouse.logout.FrontChannelLogoutResource;
import io.gatehouse.logout.LoggedOutResource;
import io.gatehouse.logout.LogoutResource;
import io.gatehouse.web.FaultExceptionMapper;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Everything that answers below {@code /auth}, by name: nothing gets here by being on a path. */
@ApplicationPath("/auth")
public class AuthApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(
        LoginResource.class,
        CallbackResource.class,
        SessionResource.class,
        SessionsResource.class,
        RefreshResource.class,
        ProvidersResource.class,
        LogoutResource.class,
        LoggedOutResource.class,
        BackChannelLogoutResource.class,
        FrontChannelLogoutResource.class,
        FaultExceptionMapper.class);
  }
}
