/**
 * The database: one row per session, one row per thing that may happen only once, and the sealing
 * of what must not lie there in the clear. The only user of JDBC under the client role; one SQL
 * text for H2 and PostgreSQL. May import {@code oauth} and {@code config}.
 */
@NullMarked
package io.gatehouse.store;

import org.jspecify.annotations.NullMarked;
