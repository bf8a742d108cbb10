package io.gatehouse.web;

import jakarta.servlet.ServletContext;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The static files of the application that no route hides: scripts and styles of our pages, and the
 * documents that our errors link to. Files at the root, such as the icon, give way to a site there.
 */
public final class OwnFiles {
  private static final String[] FOLDERS = {"/app/", "/assets/", "/docs/"};

  private volatile Set<String> paths = Set.of();

  /** Learns them, once and before the configuration is read. */
  public void find(ServletContext context) {
    Set<String> files = new HashSet<>();
    for (String folder : FOLDERS) {
      collect(context, folder, files);
    }
    paths = Set.copyOf(files);
  }

  public boolean contains(String path) {
    return paths.contains(path);
  }

  private static void collect(ServletContext context, String folder, Set<String> files) {
    @Nullable Set<String> entries = context.getResourcePaths(folder);
    if (entries == null) {
      return;
    }
    for (String entry : entries) {
      if (entry.endsWith("/")) {
        collect(context, entry, files);
      } else {
        files.add(entry);
      }
    }
  }
}
