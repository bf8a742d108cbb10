package io.gatehouse.gateway;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A browser's connection that ceases to be HTTP when its request ends. Not for a request that has
 * become asynchronous: Liberty ends that as HTTP, and reads the next from the connection.
 */
public final class Upgraded implements HttpUpgradeHandler {
  private @Nullable Tunnel tunnel;
  private Runnable isLast = () -> {};

  /** Lets the browser enter a tunnel as soon as this request ends. */
  static void enter(HttpServletRequest request, Tunnel tunnel) {
    try {
      Upgraded made = request.upgrade(Upgraded.class);
      made.tunnel = tunnel;
      made.isLast = Connection.last(request);
    } catch (IOException | ServletException | RuntimeException failed) {
      tunnel.end(Ending.CUT);
      throw new IllegalStateException("the server lets no connection go", failed);
    }
  }

  @Override
  public void init(WebConnection browser) {
    isLast.run();
    if (tunnel != null) {
      tunnel.enter(browser);
    }
  }

  @Override
  public void destroy() {
    if (tunnel != null) {
      tunnel.end(Ending.CUT);
    }
  }
}
