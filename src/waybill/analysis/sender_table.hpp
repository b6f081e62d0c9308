// Which spans came from one process, and which processes read one clock.
#pragma once

#include <waybill/record/span_record.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace waybill::inline v0 {

// One sender of records, as far as its resource tells. Numbers are dense and count from 0; 0 is "nothing is
// known".
using sender_number = std::uint32_t;

class sender_table {
 public:
  sender_table();

  // The number of what sent a record. Resources that say the same get the same number, wherever they lie in
  // memory.
  sender_number number_of(const resource* sender);

  std::string_view service(sender_number sender) const noexcept { return senders_[sender].service; }
  std::string_view instance(sender_number sender) const noexcept { return senders_[sender].instance; }
  std::string_view host(sender_number sender) const noexcept { return senders_[sender].host; }

  // True only on evidence: the same boot of the same kernel, as far as both say the same of when that was, or
  // one and the same process. Equal host names are no evidence (images, pods and people repeat them), nor are
  // equal resources that name no process.
  bool same_clock(sender_number a, sender_number b) const noexcept;

 private:
  struct sender {
    std::string_view service;
    std::string_view instance;  // service.instance.id
    std::string_view boot_id;
    std::optional<unix_nanos> boot_time;
    std::string_view host;
    std::int64_t process = 0;
  };
  static sender describe(const resource& resource) noexcept;

  std::vector<sender> senders_;
  std::unordered_map<const resource*, sender_number> known_;
  std::unordered_map<std::string, sender_number> by_identity_;
};

}  // namespace waybill::inline v0
