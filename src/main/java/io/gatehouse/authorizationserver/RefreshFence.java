package io.gatehouse.authorizationserver;

/**
 * The last question before a refresh request is written: does the caller still own the lease it was
 * sent under?
 */
@FunctionalInterface
public interface RefreshFence {
  boolean holds();
}
