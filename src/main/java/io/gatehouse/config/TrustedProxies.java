package io.gatehouse.config;

import java.util.List;

/** Reverse proxies whose forwarded headers tell the client's address; none by default. */
public final class TrustedProxies {
  private final List<Cidr> blocks;

  /**
   * @param cidrs addresses and blocks, for example {@code 10.0.0.0/8}
   */
  public TrustedProxies(List<String> cidrs) {
    this.blocks =
        cidrs.stream()
            .map(
                cidr ->
                    Cidr.parse(cidr)
                        .orElseThrow(() -> new IllegalArgumentException("not a block: " + cidr)))
            .toList();
  }

  /** Whether the peer with this IP address is one of them. */
  public boolean trusts(String address) {
    return Cidr.address(address)
        .filter(peer -> blocks.stream().anyMatch(block -> block.contains(peer)))
        .isPresent();
  }

  /** Whether the text is an IP address; a name is none and is never looked up. */
  public static boolean isAddress(String text) {
    return Cidr.address(text).isPresent();
  }

  @Override
  public String toString() {
    return blocks.toString();
  }
}
