package io.gatehouse.gateway;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.lang.reflect.InvocationTargetException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The browser's connection, to be cut when an answer breaks off in the middle: without that Liberty
 * ends a chunked answer as if it were whole, whatever a servlet does (RFC 9112 §8).
 *
 * <p>The Servlet API has no word for it. This goes by Liberty's own classes, by their names; on a
 * server that lacks them the answer ends early and the log says so.
 */
final class Connection {
  private static final Logger LOG = Logger.getLogger(Connection.class.getName());

  private Connection() {}

  /** Ends it without the end of the answer. HTTP/1.1 only. */
  static void cut(ServletRequest wrapped, Exception cause) {
    ServletRequest request = wrapped;
    while (request instanceof ServletRequestWrapper wrapper) {
      request = wrapper.getRequest();
    }
    try {
      Object inbound = call(call(request, "getIRequest"), "getHttpInboundConnection");
      Object channel = call(inbound, "getVC");
      for (var method : inbound.getClass().getMethods()) {
        if (method.getName().equals("close") && method.getParameterCount() == 2) {
          method.invoke(inbound, channel, cause);
          return;
        }
      }
      throw new NoSuchMethodException("close");
    } catch (ReflectiveOperationException | RuntimeException unknown) {
      LOG.log(
          Level.WARNING,
          "An answer broke off, and this server does not let its connection be cut: the browser may"
              + " take it as whole ({0})",
          unknown instanceof InvocationTargetException failed
              ? String.valueOf(failed.getCause())
              : unknown.toString());
    }
  }

  private static Object call(Object on, String method) throws ReflectiveOperationException {
    return on.getClass().getMethod(method).invoke(on);
  }
}
