/** Inside a real container: the packaged WAR, deployed by Arquillian. */
@NullMarked
package it;

import org.jspecify.annotations.NullMarked;
