package io.gatehouse.gateway;

/**
 * Tells where one frame ends in a stream of them that goes by, and what kinds there are (RFC 6455
 * §5.2). Not for several threads at once, but for {@link #isClosed}.
 */
final class Frames {
  private static final int SHORTEST_HEAD = 2;
  private static final int LONGEST_HEAD = 14;
  private static final int CLOSE = 0x8;

  private final byte[] head = new byte[LONGEST_HEAD];
  private int have;
  private long payload;
  private volatile boolean isClosed;

  /** Whether a frame of ours would stand between theirs. */
  boolean isBetween() {
    return have == 0 && payload == 0;
  }

  /** Whether a close frame has begun to go by, after which nothing may follow. */
  boolean isClosed() {
    return isClosed;
  }

  /**
   * @return whether a frame of a message began in it; pings, pongs and closing are none (§5.5)
   */
  boolean pass(byte[] bytes, int from, int count) {
    boolean isMessage = false;
    int at = from;
    int end = from + count;
    while (at < end) {
      if (payload > 0) {
        int step = (int) Math.min(payload, end - at);
        payload -= step;
        at += step;
      } else {
        head[have++] = bytes[at++];
        if (have >= SHORTEST_HEAD && have == SHORTEST_HEAD + lengthBytes() + maskBytes()) {
          int opcode = head[0] & 0x0F;
          isClosed |= opcode == CLOSE;
          isMessage |= opcode < CLOSE;
          payload = length();
          have = 0;
        }
      }
    }
    return isMessage;
  }

  private int lengthBytes() {
    return switch (head[1] & 0x7F) {
      case 126 -> 2;
      case 127 -> 8;
      default -> 0;
    };
  }

  private int maskBytes() {
    return (head[1] & 0x80) == 0 ? 0 : 4;
  }

  private long length() {
    int bytes = lengthBytes();
    if (bytes == 0) {
      return head[1] & 0x7F;
    }
    long length = 0;
    for (int i = 0; i < bytes; i++) {
      length = length << 8 | head[SHORTEST_HEAD + i] & 0xFF;
    }
    return length & Long.MAX_VALUE;
  }
}
