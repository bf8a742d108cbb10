/**
 * Who is signed in, and with which tokens. Sessions are opened from a proven ID token, found by the
 * browser's id, and ended here first. May import {@code store}, {@code token}, {@code oauth} and
 * {@code config}.
 */
@NullMarked
package io.gatehouse.session;

import org.jspecify.annotations.NullMarked;
