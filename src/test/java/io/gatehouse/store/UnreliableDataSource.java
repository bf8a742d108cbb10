package io.gatehouse.store;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A database connection that can be cut, and that can lose the answer of what was done. */
public class UnreliableDataSource implements DataSource {
  private static final String CONNECTION_FAILURE = "08006";

  private final DataSource reliable;
  private volatile boolean down;
  private volatile String state = CONNECTION_FAILURE;
  private volatile Predicate<String> before = sql -> false;
  private volatile Predicate<String> after = sql -> false;

  public UnreliableDataSource(DataSource reliable) {
    this.reliable = reliable;
  }

  public void down(boolean isDown) {
    down = isDown;
  }

  /** Fails these statements before they are executed. */
  public void failBefore(Predicate<String> sql) {
    before = sql;
  }

  /** Fails the next statement of these before it is executed, in the server's words. */
  public void failNext(Predicate<String> sql, String sqlState) {
    AtomicBoolean isLeft = new AtomicBoolean(true);
    state = sqlState;
    before = text -> sql.test(text) && isLeft.getAndSet(false);
  }

  /** Executes these statements and then says that they failed. */
  public void loseAnswerOf(Predicate<String> sql) {
    after = sql;
  }

  public void mend() {
    down = false;
    state = CONNECTION_FAILURE;
    before = sql -> false;
    after = sql -> false;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (down) {
      throw cut();
    }
    Connection connection = reliable.getConnection();
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          Object result = invoke(connection, method, arguments);
          return result instanceof PreparedStatement statement
              ? guarded(statement, (String) arguments[0])
              : result;
        });
  }

  private PreparedStatement guarded(PreparedStatement statement, String sql) {
    return proxy(
        PreparedStatement.class,
        (proxy, method, arguments) -> {
          boolean executes = method.getName().startsWith("execute");
          if (executes && (down || before.test(sql))) {
            throw cut();
          }
          Object result = invoke(statement, method, arguments);
          if (executes && after.test(sql)) {
            throw cut();
          }
          return result;
        });
  }

  private SQLException cut() {
    return new SQLException("connection cut by the test", state);
  }

  private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("not a wrapper");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
