package io.gatehouse.config;

import java.util.List;

/** CIDR blocks whose forwarded headers tell the client's address; empty trusts nobody. */
public record TrustedProxies(List<String> cidrs) {
  public TrustedProxies {
    cidrs = List.copyOf(cidrs);
  }
}
