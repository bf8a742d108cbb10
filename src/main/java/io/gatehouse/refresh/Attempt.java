package io.gatehouse.refresh;

import io.gatehouse.session.Session;

/**
 * One refresh request under one lease.
 *
 * @param seen the session as the lease was taken for
 * @param newerThan what its caller wants, see {@link SessionRefresher#refresh}
 */
record Attempt(Session seen, long newerThan, RefreshLease lease, RefreshGrant grant) {}
