package io.gatehouse.store;

/** What is known about the refresh token of a row. */
public enum RefreshState {
  /** Good, as far as we know. */
  IDLE,
  /** Somebody holds the lease and may be sending it right now. */
  REFRESHING,
  /** It was, or may have been, sent and no answer came: it may be spent. */
  UNCERTAIN;

  /** A state that only a newer version of us knows is uncertain to us. */
  static RefreshState of(int number) {
    return number >= 0 && number < values().length ? values()[number] : UNCERTAIN;
  }
}
