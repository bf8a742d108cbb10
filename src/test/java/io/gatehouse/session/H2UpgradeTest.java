package io.gatehouse.session;

import io.gatehouse.store.TestDatabase;

class H2UpgradeTest extends UpgradeContract {
  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
