package io.gatehouse.token;

import io.gatehouse.oauth.ErrorId;
import io.gatehouse.oauth.Fault;

/** A token broke a rule. Names the rule and never a value of the token. */
public final class TokenRefused extends Fault {
  private final Rule rule;

  TokenRefused(ErrorId id, Rule rule) {
    super(id, rule.name() + " (" + rule.section() + "): expected: " + rule.text());
    this.rule = rule;
  }

  public Rule rule() {
    return rule;
  }
}
