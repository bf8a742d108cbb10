package io.gatehouse.observe;

import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Hands each event to everyone who watches. Watching never breaks what is watched. */
public final class SecurityEvents {
  private static final Logger LOG = Logger.getLogger(SecurityEvents.class.getName());

  private final List<Consumer<? super SecurityEvent>> watchers;

  public SecurityEvents(List<Consumer<? super SecurityEvent>> watchers) {
    this.watchers = List.copyOf(watchers);
  }

  /** Nobody watches: for tests of everything else. */
  public static SecurityEvents unwatched() {
    return new SecurityEvents(List.of());
  }

  public void publish(SecurityEvent event) {
    for (Consumer<? super SecurityEvent> watcher : watchers) {
      try {
        watcher.accept(event);
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "a watcher of security events failed; the event went on", e);
      }
    }
  }
}
