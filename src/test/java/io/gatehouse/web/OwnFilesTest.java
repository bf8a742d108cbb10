package io.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnFilesTest {
  private static final Map<String, Set<String>> FOLDERS =
      Map.of(
          "/", Set.of("/favicon.ico", "/app/", "/docs/", "/WEB-INF/"),
          "/app/", Set.of("/app/home.js"),
          "/docs/", Set.of("/docs/errors.md", "/docs/images/"),
          "/docs/images/", Set.of("/docs/images/home.png"),
          "/WEB-INF/", Set.of("/WEB-INF/web.xml"));

  @Test
  void files_of_our_folders_are_ours_and_those_at_the_root_give_way() {
    OwnFiles files = new OwnFiles();
    files.find(context());
    for (String own : Set.of("/app/home.js", "/docs/errors.md", "/docs/images/home.png")) {
      assertThat(files.contains(own)).isTrue();
    }
    for (String other :
        Set.of(
            "/favicon.ico", "/app", "/app/", "/docs/images/", "/app/no.js", "/WEB-INF/web.xml")) {
      assertThat(files.contains(other)).isFalse();
    }
  }

  private static ServletContext context() {
    return (ServletContext)
        Proxy.newProxyInstance(
            OwnFilesTest.class.getClassLoader(),
            new Class<?>[] {ServletContext.class},
            (proxy, called, args) ->
                switch (called.getName()) {
                  case "getResourcePaths" -> FOLDERS.get((String) args[0]);
                  default -> throw new UnsupportedOperationException(called.getName());
                });
  }
}
