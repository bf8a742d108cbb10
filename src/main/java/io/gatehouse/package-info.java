/**
 * Gatehouse: an OAuth 2.0 / OpenID Connect authorization-code client and token handler (RFC 6749
 * §4.1, RFC 10017 §6.1).
 *
 * <pre>
 * row 6  edge    login     logout     gateway     account    <- browser, back channel     resource <- any bearer
 * row 5  http    web                                                                      (the other OAuth role:
 * row 4  core    refresh                                                                   MicroProfile JWT only,
 * row 3  core    session   authorizationserver  -> the authorization server                imports none of the others)
 * row 2  core    token     store                -> the database
 * row 1  ground  config    observe
 * row 0  ground  oauth
 * </pre>
 *
 * A package imports only packages in rows below it; packages of one row never import each other.
 * {@code Wiring} names every object that exists; {@code Start} and {@code Housekeeping} are what
 * runs without a request. {@code architecture/PackageRulesTest} is this map, executable.
 *
 * <ul>
 *   <li>{@code oauth}: the small vocabulary: secrets, session ids, return targets, faults.
 *   <li>{@code config}: what the operator asked for, as records that cannot be inconsistent.
 *   <li>{@code observe}: security events, audit log, counters; nothing decides on what comes out.
 *   <li>{@code store}: the database: sessions, things that may happen once, sealing.
 *   <li>{@code token}: the rules an ID token or logout token must meet.
 *   <li>{@code session}: immutable sessions and where they live.
 *   <li>{@code authorizationserver}: every call to the provider.
 *   <li>{@code refresh}: who may renew a token, and when: one request per expiry.
 *   <li>{@code web}: cookies, filters, pages for failures; who is signed in.
 *   <li>{@code login}, {@code logout}, {@code account}, {@code gateway}: one flow each.
 *   <li>{@code resource}: the protected resource.
 * </ul>
 */
@NullMarked
package io.gatehouse;

import org.jspecify.annotations.NullMarked;
