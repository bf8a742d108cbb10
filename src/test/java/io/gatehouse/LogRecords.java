package io.gatehouse;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a class writes into the log while a test runs, from whatever thread. */
final class LogRecords extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  LogRecords(Class<?> writer) {
    logger = Logger.getLogger(writer.getName());
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  List<Level> levels() {
    return records.stream().map(LogRecord::getLevel).toList();
  }

  List<String> lines() {
    return records.stream().map(LogRecord::getMessage).toList();
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
    logger.setUseParentHandlers(true);
  }
}
