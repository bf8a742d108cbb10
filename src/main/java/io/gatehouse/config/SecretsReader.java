package io.gatehouse.config;

import io.gatehouse.oauth.Secret;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads the secrets that everything is sealed with; development makes its own and keeps it. */
final class SecretsReader {
  private static final int MIN_BYTES = 32;
  private static final String ADVICE =
      "write the output of: openssl rand -base64 32 (the same on every node)";

  private final Values values;
  private final SecureRandom random;

  SecretsReader(Values values, SecureRandom random) {
    this.values = values;
    this.random = random;
  }

  Supplier<ServerSecrets> read(boolean isDevelopment) {
    Optional<List<Secret>> secrets = secrets(isDevelopment);
    return () -> new ServerSecrets(secrets.orElseThrow());
  }

  private Optional<List<Secret>> secrets(boolean isDevelopment) {
    boolean isSet = values.isSet(Keys.SECRET_VALUE);
    if (isSet && values.isSet(Keys.SECRET_FILE)) {
      values
          .problems()
          .conflict(Keys.SECRET_FILE, "is set beside gatehouse.secret; keep one of the two");
      return Optional.empty();
    }
    if (isSet) {
      return values.read(Keys.SECRET_VALUE, SecretsReader::several);
    }
    if (values.isSet(Keys.SECRET_FILE)) {
      return values
          .read(Keys.SECRET_FILE, TextFile::read)
          .flatMap(text -> values.parse(asSecret(Keys.SECRET_FILE), text, SecretsReader::several));
    }
    if (isDevelopment) {
      return values.require(
          Keys.DEVELOPMENT_SECRET_FILE,
          "name a file that development may create",
          file -> several(DevelopmentFiles.secret(file, random)));
    }
    values
        .problems()
        .missing(Keys.SECRET_VALUE, ADVICE + ", or name its file in " + Keys.SECRET_FILE.name());
    return Optional.empty();
  }

  /** The same key, its value being the content of the file. */
  private static Key asSecret(Key key) {
    return new Key(key.name(), Key.Form.SECRET, key.fallback(), key.meaning());
  }

  private static List<Secret> several(String text) throws Unusable {
    List<Secret> secrets = new ArrayList<>();
    for (String item : Values.items(text)) {
      secrets.add(one(item));
    }
    if (new HashSet<>(secrets).size() < secrets.size()) {
      throw new Unusable("the same secret stands there twice; keep the first");
    }
    return secrets;
  }

  /** In the one spelling of base64 that all of us decode. */
  private static Secret one(String item) throws Unusable {
    try {
      String standard = item.replace('-', '+').replace('_', '/').replace("=", "");
      byte[] bytes = Base64.getDecoder().decode(standard);
      if (bytes.length < MIN_BYTES) {
        throw new Unusable("each secret has at least 32 bytes, in base64: " + ADVICE);
      }
      return Secret.of(Base64.getEncoder().encodeToString(bytes));
    } catch (IllegalArgumentException notBase64) {
      throw new Unusable("each secret is base64: " + ADVICE);
    }
  }
}
