/**
 * A real Chromium against the server as people start it: what a person does, sees and may not see.
 */
@NullMarked
package it.browser;

import org.jspecify.annotations.NullMarked;
