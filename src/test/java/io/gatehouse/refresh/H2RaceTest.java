package io.gatehouse.refresh;

import io.gatehouse.store.TestDatabase;

class H2RaceTest extends RaceContract {
  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
