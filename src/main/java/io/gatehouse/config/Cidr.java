package io.gatehouse.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** A block of IP addresses (RFC 4632 §3.1, RFC 4291 §2.3). */
record Cidr(InetAddress network, int prefix) {
  // only literals: a name would ask the domain name system
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /** Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or one address. */
  static Optional<Cidr> parse(String text) {
    String[] parts = text.strip().split("/", -1);
    Optional<InetAddress> address = parts.length > 2 ? Optional.empty() : address(parts[0]);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int bits = address.get().getAddress().length * Byte.SIZE;
    if (parts.length == 1) {
      return Optional.of(new Cidr(address.get(), bits));
    }
    return parts[1].matches("[0-9]{1,3}") && Integer.parseInt(parts[1]) <= bits
        ? Optional.of(new Cidr(address.get(), Integer.parseInt(parts[1])))
        : Optional.empty();
  }

  /** Reads an IP address, never a name. */
  static Optional<InetAddress> address(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException notAnAddress) {
      return Optional.empty();
    }
  }

  boolean contains(InetAddress address) {
    byte[] ours = network.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if ((ours[bit / Byte.SIZE] & mask) != (theirs[bit / Byte.SIZE] & mask)) {
        return false;
      }
    }
    return true;
  }
}
