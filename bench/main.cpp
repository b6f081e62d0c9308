// waybill-operations: what bench/table.py runs, once for each figure.
//
//   waybill-operations                    its name and version, then the operations, a line each
//   waybill-operations OPERATION TIMES    does it so many times: nanoseconds, allocations, bytes of them, in all
#include "operation.hpp"

#include <waybill/version.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using namespace waybill::bench;

// Calls visit for each row until it returns true.
template <class Visit>
bool any_operation(Visit&& visit) {
  for (const auto rows :
       {extraction_operations(), injection_operations(), span_operations(), task_operations()}) {
    for (const operation& row : rows) {
      if (visit(row)) return true;
    }
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) {
    std::printf("waybill %.*s\n", static_cast<int>(waybill::version_text.size()),
                waybill::version_text.data());
    any_operation([](const operation& row) {
      std::printf("%.*s\n", static_cast<int>(row.name.size()), row.name.data());
      return false;
    });
    return 0;
  }
  const std::uint64_t times = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const bool known = times != 0 && any_operation([&](const operation& row) {
                       if (row.name != argv[1]) return false;
                       const measurement took = row.run(times);
                       std::printf("%lld %llu %llu\n", static_cast<long long>(took.nanoseconds),
                                   static_cast<unsigned long long>(took.allocated.count),
                                   static_cast<unsigned long long>(took.allocated.bytes));
                       return true;
                     });
  if (known) return 0;
  std::fputs("usage: waybill-operations [OPERATION TIMES]; alone it lists the operations\n", stderr);
  return 2;
}
