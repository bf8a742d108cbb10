/**
 * HTTP as everyone above sees it: cookies, the filters every request passes, who is signed in, and
 * the one place that turns a failure into an answer. Imports {@code session}, {@code refresh},
 * {@code oauth}, {@code config}, {@code observe}; imported by {@code login}, {@code logout}, {@code
 * account}, {@code gateway}.
 */
@NullMarked
package io.gatehouse.web;

import org.jspecify.annotations.NullMarked;
