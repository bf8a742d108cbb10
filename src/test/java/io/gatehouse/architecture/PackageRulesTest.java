package io.gatehouse.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.gatehouse.authorizationserver.TokenEndpoint;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The map of the root package, executable: who may import whom, and who may do what. */
class PackageRulesTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(Room.ROOT);

  @ParameterizedTest
  @EnumSource
  void a_room_imports_only_what_the_table_grants(Room room) {
    check(
        classes()
            .that()
            .resideInAPackage(room.packages())
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(room.mayImport())
                    .or(JavaClass.Predicates.belongTo(resideInAPackage("java.."))))
            .because("of the table in Room"));
  }

  @ParameterizedTest
  @EnumSource
  void the_table_itself_grants_rooms_below_only(Room room) {
    for (Room other : Room.values()) {
      if (room.ours.contains(other.shortName())) {
        assertThat(other.row).as(room + " imports " + other).isLessThan(room.row);
      }
    }
    assertThat(Room.names()).containsAll(room.ours);
  }

  @Test
  void every_package_has_its_room() throws Exception {
    Set<String> found = new TreeSet<>();
    OURS.forEach(type -> found.add(type.getPackageName()));
    found.remove(Room.ROOT);
    Set<String> rooms = new TreeSet<>();
    Room.names().forEach(name -> rooms.add(Room.ROOT + "." + name));
    assertThat(rooms).containsAll(found);
  }

  @Test
  void every_package_is_described_and_free_of_unmarked_nulls() throws Exception {
    Path root = Path.of("src/main/java/io/gatehouse");
    try (Stream<Path> folders = Files.walk(root).filter(Files::isDirectory)) {
      for (Path folder : folders.toList()) {
        assertThat(folder.resolve("package-info.java")).content().contains("@NullMarked", "/**");
      }
    }
  }

  @Test
  void nothing_goes_in_circles() {
    check(slices().matching(Room.ROOT + ".(*)..").should().beFreeOfCycles());
  }

  @Test
  void the_core_knows_no_container() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(Room.packagesOf(room -> room.row <= 4))
            .and()
            .resideOutsideOfPackages(Room.AUTHORIZATIONSERVER.packages())
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.servlet..", "jakarta.ws.rs..", "jakarta.inject..")
            .orShould()
            .dependOnClassesThat(
                resideInAPackage("jakarta.enterprise..")
                    .and(DescribedPredicate.not(resideInAPackage("jakarta.enterprise.event..")))));
  }

  @Test
  void only_the_store_and_the_resource_speak_sql() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(Room.STORE.packages(), Room.RESOURCE.packages())
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.sql..")
            .because("one place knows the tables"));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(Room.STORE.packages(), Room.RESOURCE.packages(), Room.ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("javax.sql.."));
  }

  @Test
  void only_two_rooms_call_other_servers() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                Room.AUTHORIZATIONSERVER.packages(), Room.GATEWAY.packages(), Room.ROOT)
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("java.net.http..", "org.glassfish.jersey..")
                    .or(type(Socket.class))
                    .or(type(ServerSocket.class))
                    .or(type(URLConnection.class))
                    .or(type(HttpURLConnection.class))
                    .or(name("jakarta.ws.rs.client.Client"))
                    .or(name("jakarta.ws.rs.client.ClientBuilder"))
                    .or(name("jakarta.ws.rs.client.WebTarget")))
            .because("limits, trust and redirects are decided in one place each"));
  }

  @Test
  void a_code_is_exchanged_by_a_login_and_a_token_refreshed_by_the_refresh() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(Room.LOGIN.packages(), Room.AUTHORIZATIONSERVER.packages())
            .should()
            .callMethodWhere(callOf(TokenEndpoint.class, "exchange")));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(Room.REFRESH.packages(), Room.AUTHORIZATIONSERVER.packages())
            .should()
            .callMethodWhere(callOf(TokenEndpoint.class, "refresh")));
  }

  @Test
  void only_the_wiring_knows_what_time_it_really_is() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Room.ROOT + ".Wiring")
            .should()
            .callMethodWhere(
                JavaCall.Predicates.target(owner(type(Clock.class)))
                    .and(JavaCall.Predicates.target(nameStartingWith("system"))))
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callConstructor(Date.class));
  }

  @Test
  void only_config_reads_the_configuration() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(Room.CONFIG.packages(), Room.ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.microprofile.config..")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class));
    check(
        noClasses()
            .that()
            .resideInAPackage(Room.ROOT)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.eclipse.microprofile.config.inject.ConfigProperty"));
  }

  @Test
  void nothing_writes_past_the_log() {
    check(GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS);
    check(
        noClasses().should().callMethodWhere(JavaCall.Predicates.target(name("printStackTrace"))));
  }

  @Test
  void classes_are_final_unless_the_container_must_extend_them() {
    check(
        classes()
            .that()
            .areTopLevelClasses()
            .and()
            .areNotInterfaces()
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .and(DescribedPredicate.not(PackageRulesTest.SCOPED))
            .and()
            .doNotHaveSimpleName("package-info")
            .should()
            .haveModifier(JavaModifier.FINAL));
  }

  @Test
  void nothing_of_ours_is_inherited_but_the_fault() {
    check(
        classes()
            .that()
            .areNotInterfaces()
            .should()
            .beAssignableTo(
                DescribedPredicate.describe(
                    "a class of the platform, an interface, or Fault",
                    type ->
                        type.getRawSuperclass()
                            .map(
                                parent ->
                                    !parent.getPackageName().startsWith(Room.ROOT)
                                        || parent.getSimpleName().equals("Fault")
                                        || type.isAnonymousClass()
                                        || parent.isEnum())
                            .orElse(true))));
  }

  @Test
  void names_say_what_a_thing_is() {
    check(
        noClasses()
            .should()
            .haveNameMatching(
                ".*(Impl|Manager|Utils?|Helper|Handler|Controller|IdP|Idp|SSO|Sso)(\\$.*)?")
            .because("the vocabulary is that of the specifications"));
  }

  private static DescribedPredicate<JavaCall<?>> callOf(Class<?> owner, String method) {
    return JavaCall.Predicates.target(owner(type(owner)))
        .and(JavaCall.Predicates.target(name(method)));
  }

  private static final DescribedPredicate<JavaClass> SCOPED =
      DescribedPredicate.describe(
          "made by the container",
          type ->
              type.isAnnotatedWith("jakarta.ws.rs.ext.Provider")
                  || type.isAnnotatedWith("jakarta.ws.rs.ApplicationPath")
                  || type.isAnnotatedWith("jakarta.enterprise.context.ApplicationScoped")
                  || type.isAnnotatedWith("jakarta.enterprise.context.RequestScoped"));

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(OURS);
  }
}
