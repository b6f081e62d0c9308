#include <waybill/store/memory/memory_store.hpp>

#include "../conformance/store_conformance.hpp"

using namespace waybill;

TEST_CASE("memory is a store") {
  testing::check_store([] {
    auto store = std::make_shared<memory_store>();
    return testing::store_under_test{store, store};
  });
}
