package io.gatehouse.web;

import io.gatehouse.config.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from, for session lists and the audit log. {@code X-Forwarded-For} counts as
 * far as an unbroken chain of configured proxies vouches for it, and nothing else forwarded counts.
 */
public final class ClientAddress {
  // no host names: looking one up would be a network call of the client's choosing
  private static final Pattern LITERAL =
      Pattern.compile(
          "(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}|(?=.*:)[0-9A-Fa-f:.]{2,45}");

  private final List<Block> trusted = new ArrayList<>();

  public ClientAddress(TrustedProxies proxies) {
    for (String cidr : proxies.cidrs()) {
      trusted.add(Block.parse(cidr));
    }
  }

  public String of(HttpServletRequest request) {
    String address = orUnknown(request.getRemoteAddr());
    List<String> forwarded = forwardedFor(request);
    // the last entry was written by the proxy that talks to us
    for (int i = forwarded.size() - 1; i >= 0 && isTrusted(address); i--) {
      if (literal(forwarded.get(i)).isEmpty()) {
        break;
      }
      address = forwarded.get(i);
    }
    return address;
  }

  private boolean isTrusted(String address) {
    return literal(address)
        .map(parsed -> trusted.stream().anyMatch(block -> block.contains(parsed)))
        .orElse(false);
  }

  private static List<String> forwardedFor(HttpServletRequest request) {
    List<String> addresses = new ArrayList<>();
    for (String field : Collections.list(request.getHeaders("X-Forwarded-For"))) {
      for (String address : field.split(",", -1)) {
        addresses.add(address.strip());
      }
    }
    return addresses;
  }

  private static Optional<InetAddress> literal(String address) {
    if (!LITERAL.matcher(address).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static String orUnknown(@Nullable String address) {
    return address == null ? "-" : address;
  }

  private record Block(byte[] prefix, int bits) {
    static Block parse(String cidr) {
      int slash = cidr.indexOf('/');
      String network = slash < 0 ? cidr : cidr.substring(0, slash);
      byte[] prefix =
          literal(network)
              .orElseThrow(() -> new IllegalArgumentException("not an address: " + network))
              .getAddress();
      int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
      return new Block(prefix, bits);
    }

    boolean contains(InetAddress address) {
      byte[] other = address.getAddress();
      if (other.length != prefix.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((other[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
