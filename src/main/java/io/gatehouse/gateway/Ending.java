package io.gatehouse.gateway;

import java.nio.charset.StandardCharsets;

/** Why we end a WebSocket, and how its two sides are told (RFC 6455 §7.4). */
enum Ending {
  /** As it is, without a word. */
  CUT(0, ""),
  STOPPING(1001, "the server stops"),
  SILENT(1001, "silent for too long"),
  SESSION_ENDED(1008, "the session has ended"),
  RESOURCE_GONE(1011, "the application behind this page is gone"),
  SESSION_UNKNOWN(1013, "the session cannot be looked up"),
  BUSY(1013, "too much waits at a time");

  /** To the protected resource: its client goes away. */
  private static final int GOING_AWAY = 1001;

  private static final int FINAL_CLOSE = 0x88;
  private static final int MASKED = 0x80;

  private final int status;
  private final String reason;

  Ending(int status, String reason) {
    this.status = status;
    this.reason = reason;
  }

  /** Whether the browser is told. */
  boolean isSaid() {
    return status != 0;
  }

  /** A close frame for the browser (§5.5.1). */
  byte[] toBrowser() {
    byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
    byte[] frame = new byte[4 + text.length];
    frame[0] = (byte) FINAL_CLOSE;
    frame[1] = (byte) (2 + text.length);
    frame[2] = (byte) (status >> 8);
    frame[3] = (byte) status;
    System.arraycopy(text, 0, frame, 4, text.length);
    return frame;
  }

  /** A close frame for the protected resource, masked as what clients send must be (§5.3). */
  static byte[] toResource() {
    return new byte[] {
      (byte) FINAL_CLOSE,
      (byte) (MASKED | 2),
      0,
      0,
      0,
      0,
      (byte) (GOING_AWAY >> 8),
      (byte) GOING_AWAY
    };
  }
}
