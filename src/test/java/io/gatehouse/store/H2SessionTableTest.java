package io.gatehouse.store;

class H2SessionTableTest extends SessionTableContract {
  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
