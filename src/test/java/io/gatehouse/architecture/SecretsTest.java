package io.gatehouse.architecture;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.gatehouse.oauth.Secret;
import io.gatehouse.oauth.SessionId;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Where a secret may be seen in the clear, and that nothing shows one by accident. */
class SecretsTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(Room.ROOT);

  /** Every class that sees a secret in the clear, and why it must. */
  private static final Map<String, String> MAY_REVEAL =
      Map.ofEntries(
          Map.entry("authorizationserver.ClientAuthentication", "sends the client secret"),
          Map.entry("authorizationserver.TokenEndpoint", "sends code, verifier, refresh token"),
          Map.entry("authorizationserver.RevocationEndpoint", "sends the token to revoke"),
          Map.entry("authorizationserver.UserInfoEndpoint", "sends the access token"),
          Map.entry("authorizationserver.EndSession", "writes id_token_hint"),
          Map.entry("login.LoginState", "hashes the verifier, derives from the login cookie"),
          Map.entry("oauth.SessionId", "compares its own spelling"),
          Map.entry("session.SessionPayload", "writes what is then sealed"),
          Map.entry("store.Connections", "opens connections"),
          Map.entry("store.Sealer", "decodes the server's secrets"),
          Map.entry("token.AccessTokenValidator", "parses an access token"),
          Map.entry("token.Authentication", "reads acr and auth_time of a stored ID token"),
          Map.entry("token.IdTokenValidator", "parses an ID token, hashes an access token"),
          Map.entry("gateway.Exchange", "sends the access token upstream"),
          Map.entry("gateway.Opening", "sends the access token upstream with a handshake"),
          Map.entry("token.LogoutTokenValidator", "parses a logout token"),
          Map.entry("web.BearerPropagation", "sends the access token upstream"),
          Map.entry("web.HostCookie", "sets a cookie"));

  private static final DescribedPredicate<JavaCall<?>> REVEALING =
      JavaCall.Predicates.target(name("reveal"))
          .and(
              JavaCall.Predicates.target(
                  owner(
                      DescribedPredicate.describe(
                          "of a secret",
                          (JavaClass type) ->
                              type.isEquivalentTo(Secret.class)
                                  || type.isEquivalentTo(SessionId.class)))));

  /** Words that name a secret, in a name of a field. */
  private static final Set<String> SECRET_WORDS =
      Set.of("token", "secret", "password", "verifier", "code", "cookie", "nonce", "assertion");

  @Test
  void a_secret_is_revealed_where_the_list_says_and_nowhere_else() {
    Set<String> revealing = new TreeSet<>();
    for (JavaClass type : OURS) {
      boolean reveals =
          type.getAccessesFromSelf().stream()
              .anyMatch(access -> access instanceof JavaCall<?> call && REVEALING.test(call));
      boolean refersTo =
          type.getMethodReferencesFromSelf().stream()
              .anyMatch(reference -> reference.getTarget().getName().equals("reveal"));
      if (reveals || refersTo) {
        revealing.add(outermost(type).getName().substring(Room.ROOT.length() + 1));
      }
    }
    assertThat(revealing).isEqualTo(new TreeSet<>(MAY_REVEAL.keySet()));
  }

  @Test
  void no_text_for_people_is_made_of_a_secret() {
    check(
        methods()
            .that()
            .haveName("toString")
            .should(
                new ArchCondition<>("not reveal anything") {
                  @Override
                  public void check(JavaMethod method, ConditionEvents events) {
                    boolean reveals =
                        method.getMethodCallsFromSelf().stream().anyMatch(REVEALING::test);
                    if (reveals) {
                      events.add(
                          SimpleConditionEvent.violated(
                              method, method.getFullName() + " reveals a secret"));
                    }
                  }
                }));
  }

  /** A record prints its components by itself: a token kept as plain text would be printed. */
  @Test
  void what_is_called_a_secret_is_kept_as_one() {
    Set<String> plain = new TreeSet<>();
    for (JavaClass type : OURS) {
      for (JavaField field : type.getFields()) {
        boolean isText =
            field.getRawType().isEquivalentTo(String.class)
                || field.getRawType().isEquivalentTo(char[].class);
        boolean isConstant = field.getModifiers().contains(JavaModifier.STATIC);
        if (isText && !isConstant && namesASecret(field.getName())) {
          plain.add(field.getFullName());
        }
      }
    }
    // the id of an error
    plain.remove("io.gatehouse.resource.Refusal.code");
    assertThat(plain).isEmpty();
  }

  @Test
  void no_exception_carries_a_secret() {
    check(
        fields()
            .that()
            .areDeclaredInClassesThat()
            .areAssignableTo(Throwable.class)
            .should()
            .notHaveRawType(Secret.class)
            .andShould()
            .notHaveRawType(SessionId.class));
  }

  @Test
  void a_secret_cannot_be_serialised() {
    check(
        classes()
            .that()
            .belongToAnyOf(Secret.class, SessionId.class)
            .should()
            .notBeAssignableTo(Serializable.class));
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ObjectOutputStream.class, ObjectInputStream.class));
  }

  @Test
  void records_print_secrets_as_a_word() throws ReflectiveOperationException {
    Set<String> printed = new TreeSet<>();
    for (JavaClass type : OURS) {
      if (type.isRecord()) {
        Class<?> record = type.reflect();
        Samples.of(record)
            .ifPresent(
                sample -> {
                  assertThat(sample.toString()).as(record.getName()).doesNotContain(Samples.MARK);
                  for (RecordComponent component : record.getRecordComponents()) {
                    if (component.getType() == Secret.class) {
                      printed.add(record.getSimpleName());
                    }
                  }
                });
      }
    }
    assertThat(printed).contains("Tokens", "TokenAnswer");
  }

  private static boolean namesASecret(String name) {
    String[] words = name.replaceAll("(?=[A-Z])", "_").toLowerCase(Locale.ROOT).split("_");
    return SECRET_WORDS.contains(words[words.length - 1]);
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(SecretsTest::outermost).orElse(type);
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(OURS);
  }
}
