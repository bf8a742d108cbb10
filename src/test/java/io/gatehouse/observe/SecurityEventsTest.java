package io.gatehouse.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import io.gatehouse.observe.SecurityEvent.LoginStarted;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class SecurityEventsTest {
  private static final LoginStarted EVENT = new LoginStarted("work", "-");

  @Test
  void everybody_who_watches_hears_of_each_event() {
    List<SecurityEvent> first = new ArrayList<>();
    List<SecurityEvent> second = new ArrayList<>();
    new SecurityEvents(List.of(first::add, second::add)).publish(EVENT);
    assertThat(first).containsExactly(EVENT);
    assertThat(second).containsExactly(EVENT);
  }

  @Test
  void a_watcher_that_fails_breaks_neither_the_flow_nor_the_others() {
    Logger logger = Logger.getLogger(SecurityEvents.class.getName());
    logger.setLevel(Level.OFF);
    List<SecurityEvent> heard = new ArrayList<>();
    SecurityEvents events =
        new SecurityEvents(
            List.of(
                event -> {
                  throw new IllegalStateException("metrics are down");
                },
                heard::add));
    events.publish(EVENT);
    assertThat(heard).containsExactly(EVENT);
    logger.setLevel(null);
  }

  @Test
  void nobody_has_to_watch() {
    SecurityEvents.unwatched().publish(EVENT);
  }

  @Test
  void no_event_has_room_for_a_secret() {
    for (Class<?> event : SecurityEvent.class.getPermittedSubclasses()) {
      for (RecordComponent component : event.getRecordComponents()) {
        assertThat(component.getType())
            .as(event.getSimpleName() + "." + component.getName())
            .isNotIn(Secret.class, SessionId.class)
            .matches(
                type -> type.isPrimitive() || type == String.class || type.isEnum(),
                "a plain value");
      }
    }
  }
}
