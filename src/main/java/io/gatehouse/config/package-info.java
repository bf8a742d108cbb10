/**
 * What the operator asked for, as immutable records that cannot exist when inconsistent. Reads
 * MicroProfile Config once, at start; nothing else reads it. May import {@code oauth}.
 */
@NullMarked
package io.gatehouse.config;

import org.jspecify.annotations.NullMarked;
