// A store that is to be there, or the test ends with why it is not.
#pragma once

#include <waybill/store/sqlite/sqlite_store.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <utility>

namespace waybill::testing {

inline std::unique_ptr<sqlite_store> open_store(sqlite_store_options options) {
  auto store = sqlite_store::open(std::move(options));
  if (!store) MESSAGE(store.error().message);
  REQUIRE(store);
  return std::move(*store);
}

}  // namespace waybill::testing
