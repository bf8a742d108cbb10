package io.gatehouse.web;

import io.gatehouse.oauth.ErrorId;

/**
 * A failure as it was told to the client; the log line of it carries the same reference.
 *
 * @param reference random: what a person reads out to whoever helps
 * @param address where the request came from
 */
public record Refusal(ErrorId error, String detail, String reference, String address) {}
