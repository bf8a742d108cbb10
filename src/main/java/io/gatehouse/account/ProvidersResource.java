package io.gatehouse.account;

import io.gatehouse.config.GatehouseConfiguration;
import io.gatehouse.config.ProviderConfiguration;
import io.gatehouse.web.Answer;
import io.gatehouse.web.FaultMapper;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** The providers that one may sign in with, for pages that offer the choice themselves. */
@Path("providers")
@Dependent
public final class ProvidersResource {
  private final List<ProviderConfiguration> providers;

  @Inject
  public ProvidersResource(GatehouseConfiguration configuration) {
    this(configuration.providers());
  }

  ProvidersResource(List<ProviderConfiguration> providers) {
    this.providers = providers;
  }

  @GET
  public Response list() {
    JsonArrayBuilder list = Json.createArrayBuilder();
    for (ProviderConfiguration provider : providers) {
      list.add(
          Json.createObjectBuilder()
              .add("id", provider.id())
              .add("name", provider.name())
              // ids are plain words, so they need no encoding in a query
              .add("login_url", FaultMapper.LOGIN_URL + "?provider=" + provider.id()));
    }
    return Answer.json(200, "application/json", list.build().toString()).notStored().toResponse();
  }
}
