/**
 * The small vocabulary that everything else speaks. Imports nothing of ours; imported by all rooms
 * but {@code resource}.
 */
@NullMarked
package io.gatehouse.oauth;

import org.jspecify.annotations.NullMarked;
