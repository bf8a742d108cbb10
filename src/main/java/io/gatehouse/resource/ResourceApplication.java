package io.gatehouse.resource;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Everything that answers below {@code /api}, by name: nothing gets here by being on a path. */
@ApplicationPath("/api")
public class ResourceApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(
        UserProfileResource.class, AccessTokenFilter.class, NoStore.class, ProblemMapper.class);
  }
}
