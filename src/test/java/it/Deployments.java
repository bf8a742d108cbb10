package it;

import io.gatehouse.testing.TokenBuilder;
import java.io.File;
import java.net.URISyntaxException;
import org.assertj.core.api.Assertions;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The packaged WAR, as it is, with what the tests inside it need. */
final class Deployments {
  private Deployments() {}

  static WebArchive gatehouse() {
    return ShrinkWrap.create(ZipImporter.class, "it.war")
        .importFrom(new File(System.getProperty("gatehouse.war", "target/gatehouse.war")))
        .as(WebArchive.class)
        .addPackage(TokenBuilder.class.getPackage())
        .addAsLibraries(jarOf(Assertions.class));
  }

  private static File jarOf(Class<?> type) {
    try {
      return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
