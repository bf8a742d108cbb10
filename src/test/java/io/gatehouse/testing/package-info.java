/** Stand-ins for the outside world: a hostile authorization server, a clock, tokens that lie. */
@NullMarked
package io.gatehouse.testing;

import org.jspecify.annotations.NullMarked;
