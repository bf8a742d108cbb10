/**
 * Two real servers on one real PostgreSQL, with a provider that forgives nothing: storms, crashes,
 * stalls and outages. Needs a POSIX system for {@code kill -STOP}.
 */
@NullMarked
package it.cluster;

import org.jspecify.annotations.NullMarked;
