/** What holds for every page, style sheet and module, read from the files themselves. */
@NullMarked
package io.gatehouse.pages;

import org.jspecify.annotations.NullMarked;
