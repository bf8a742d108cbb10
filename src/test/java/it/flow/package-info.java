/** The real server as it is started for people, driven over HTTP the way a browser does. */
@NullMarked
package it.flow;

import org.jspecify.annotations.NullMarked;
