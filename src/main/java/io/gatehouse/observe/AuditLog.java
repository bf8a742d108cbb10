package io.gatehouse.observe;

import io.gatehouse.observe.SecurityEvent.LoginRefused;
import io.gatehouse.observe.SecurityEvent.LoginStarted;
import io.gatehouse.observe.SecurityEvent.RefreshFailed;
import io.gatehouse.observe.SecurityEvent.RequestRefused;
import io.gatehouse.observe.SecurityEvent.RevocationFailed;
import io.gatehouse.observe.SecurityEvent.TokenRefreshed;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One line per event in the log {@code io.gatehouse.audit}. What a stranger can cause is written at
 * most {@value #LINES_PER_MINUTE} times a minute for each kind and error id (decision D11); what
 * was left out is counted and said.
 */
public final class AuditLog implements Consumer<SecurityEvent> {
  /** Name of the logger. */
  public static final String LOGGER = "io.gatehouse.audit";

  static final int LINES_PER_MINUTE = 60;

  private static final Logger LOG = Logger.getLogger(LOGGER);

  private final Clock clock;
  // one entry per kind and error id: bounded by the catalogue, not by the input
  private final Map<String, LineBudget> budgets = new ConcurrentHashMap<>();

  public AuditLog(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void accept(SecurityEvent event) {
    if (!isFromAnyone(event)) {
      LOG.log(levelOf(event), AuditLine.of(event));
      return;
    }
    String kind = AuditLine.kindOf(event);
    LineBudget budget = budgets.computeIfAbsent(kind, any -> new LineBudget(LINES_PER_MINUTE));
    LineBudget.Verdict verdict = budget.spend(clock.millis());
    if (verdict.leftOutBefore() > 0) {
      LOG.info("event=left_out of=" + kind + " lines=" + verdict.leftOutBefore());
    }
    if (verdict.isGranted()) {
      LOG.log(levelOf(event), AuditLine.of(event));
    }
    if (verdict.isLast()) {
      LOG.info("event=leaving_out of=" + kind + " for=\"the rest of this minute\"");
    }
  }

  /** Whether somebody without a session can cause it, as often as they like. */
  private static boolean isFromAnyone(SecurityEvent event) {
    return event instanceof LoginStarted
        || event instanceof LoginRefused
        || event instanceof RequestRefused;
  }

  private static Level levelOf(SecurityEvent event) {
    if (event instanceof TokenRefreshed) {
      return Level.FINE;
    }
    if (event instanceof RefreshFailed || event instanceof RevocationFailed) {
      return Level.WARNING;
    }
    return Level.INFO;
  }
}
