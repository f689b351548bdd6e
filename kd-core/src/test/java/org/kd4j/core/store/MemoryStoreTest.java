package org.kd4j.core.store;

class MemoryStoreTest extends StoreContract {
  @Override
  Store store() {
    return new MemoryStore();
  }
}
