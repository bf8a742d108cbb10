package io.gatehouse.gateway;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The end of the browser's connection, where the Servlet API has no word for it. This goes by
 * Liberty's own classes, by their names; on a server that lacks them the log says so.
 */
final class Connection {
  private static final Logger LOG = Logger.getLogger(Connection.class.getName());

  private static final String NOT_LAST =
      "The connection of a WebSocket stays open for 30 s when it is over ({0})";

  private Connection() {}

  /**
   * Ends it without the end of the answer, which breaks off: Liberty would end a chunked one as if
   * it were whole, whatever a servlet does (RFC 9112 §8). HTTP/1.1 only.
   */
  static void cut(ServletRequest wrapped, Exception cause) {
    try {
      Object inbound = call(call(unwrapped(wrapped), "getIRequest"), "getHttpInboundConnection");
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

  /**
   * To be told when an answer 101 has been sent: after what follows it Liberty would read HTTP from
   * the connection again, for 30 s. {@code Connection: close} in the answer would keep it from that
   * too, but there are clients that take no other value than {@code Upgrade}.
   */
  static Runnable last(ServletRequest wrapped) {
    try {
      Object inbound = call(call(unwrapped(wrapped), "getIRequest"), "getHttpInboundConnection");
      Object context = call(call(inbound, "getHttpInboundLink"), "getHTTPContext");
      Method persistent = context.getClass().getMethod("setPersistent", boolean.class);
      return () -> {
        try {
          persistent.invoke(context, false);
        } catch (ReflectiveOperationException | RuntimeException failed) {
          LOG.log(Level.WARNING, NOT_LAST, failed.toString());
        }
      };
    } catch (ReflectiveOperationException | RuntimeException unknown) {
      LOG.log(Level.WARNING, NOT_LAST, unknown.toString());
      return () -> {};
    }
  }

  private static ServletRequest unwrapped(ServletRequest wrapped) {
    ServletRequest request = wrapped;
    while (request instanceof ServletRequestWrapper wrapper) {
      request = wrapper.getRequest();
    }
    return request;
  }

  private static Object call(Object on, String method) throws ReflectiveOperationException {
    return on.getClass().getMethod(method).invoke(on);
  }
}
