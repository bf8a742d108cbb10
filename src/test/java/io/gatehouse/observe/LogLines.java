package io.gatehouse.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the audit log writes while a test runs. */
final class LogLines extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger(AuditLog.LOGGER);
  private final List<LogRecord> records = new ArrayList<>();

  LogLines() {
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
    logger.addHandler(this);
  }

  List<String> lines() {
    return records.stream().map(LogRecord::getMessage).toList();
  }

  List<LogRecord> records() {
    return records;
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setLevel(null);
    logger.setUseParentHandlers(true);
  }
}
