package io.gatehouse.refresh;

import io.gatehouse.session.Session;

/**
 * One refresh request under one lease.
 *
 * @param seen the session as the lease was taken for
 * @param wanted by its caller
 */
record Attempt(Session seen, Wanted wanted, RefreshLease lease, RefreshGrant grant) {}
