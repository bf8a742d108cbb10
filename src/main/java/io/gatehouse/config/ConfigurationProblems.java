package io.gatehouse.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used. Names every reason at once, by key, and what to write. */
public final class ConfigurationProblems extends RuntimeException {
  private final transient List<Problem> problems;

  /**
   * @param message what was found and what to write instead; never the value of a secret
   */
  public record Problem(String key, String message) {}

  public ConfigurationProblems(List<Problem> problems) {
    super(describe(problems));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }

  private static String describe(List<Problem> problems) {
    return problems.stream()
        .map(problem -> problem.key() + ": " + problem.message())
        .collect(
            Collectors.joining(
                "\n\n",
                "Gatehouse cannot start; its configuration needs these changes:\n\n",
                "\n\nWhat can be set: docs/configuration.md. Until then nothing is served."));
  }
}
