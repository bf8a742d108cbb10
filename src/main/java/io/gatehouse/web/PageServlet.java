package io.gatehouse.web;

import io.gatehouse.config.GatehouseConfiguration;
import jakarta.inject.Inject;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Serves one page of ours; {@code web.xml} says which page at which address. */
public final class PageServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient GatehouseConfiguration configuration;
  private String html = "";

  @Override
  public void init(ServletConfig config) {
    html =
        Page.named(config.getInitParameter("page"))
            .fill(Map.of("development", configuration.embeddedProvider()));
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Answer.page(200, html).writeTo(response);
  }
}
