package io.gatehouse.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A small file named by a key: a secret, or certificates. */
final class TextFile {
  private static final long MAX_BYTES = 1024 * 1024;

  private TextFile() {}

  /** The content without line breaks at its end. */
  static String read(String name) throws Unusable {
    try {
      Path file = Path.of(name.strip());
      if (!Files.exists(file)) {
        throw new Unusable("there is no such file");
      }
      if (!Files.isRegularFile(file)) {
        throw new Unusable("this is not a file");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new Unusable("this file is larger than 1 MB");
      }
      String content = Files.readString(file, StandardCharsets.UTF_8).replaceAll("[\\r\\n]+$", "");
      if (content.isBlank()) {
        throw new Unusable("this file is empty");
      }
      return content;
    } catch (IOException | InvalidPathException e) {
      throw new Unusable("this file cannot be read; look at its path, owner and permissions");
    }
  }

  /**
   * Whether the text may be shown: someone may have put the secret where the name of its file goes.
   */
  static boolean looksLikePath(String name) {
    try {
      Path file = Path.of(name.strip());
      @Nullable Path root = file.getRoot();
      return root != null && file.getNameCount() > 1 && Files.exists(root.resolve(file.getName(0)));
    } catch (InvalidPathException notAPath) {
      return false;
    }
  }
}
