package io.gatehouse.store;

class H2SignInAndOutTest extends SignInAndOutContract {
  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }

  @Override
  boolean isWaiting(Database database, boolean hasBegun) {
    // waits by trying again and again, which it tells nobody
    return hasBegun;
  }
}
