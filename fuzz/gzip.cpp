// gzip. The first byte chooses: the rest is a body as it arrives, or a text to be packed and then spoilt.
#include <waybill/wire/gzip.hpp>

#include "claim.hpp"

#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

void check_arrived(std::string_view body, std::size_t limit) {
  const auto plain = gunzip(body, limit);
  const auto more = gunzip(body, 2 * limit);
  if (!plain) {
    const auto code = plain.error().code;
    must(code == failure_code::malformed || code == failure_code::too_large,
         "a body is refused for what is wrong with it");
    must(code == failure_code::too_large || !more, "more room does not repair what is damaged");
    must(code != failure_code::too_large || !more || more->size() > limit,
         "too much is refused only when it is");
    return;
  }
  must(plain->size() <= limit, "never more comes out than the limit allows");
  must(more && *more == *plain, "the limit does not change what comes out");
  if (!body.empty())
    must(!gunzip(body.substr(0, body.size() - 1), limit) || body.size() > 18, "what is cut off is refused");
}

void check_packed(std::string_view plain, int level) {
  const auto packed = gzip(plain, level);
  must(packed.has_value(), "every text can be packed");
  const auto back = gunzip(*packed, plain.size());
  must(back && *back == plain, "what was packed comes out the same, within just its size");
  if (!plain.empty()) {
    const auto refused = gunzip(*packed, plain.size() - 1);
    must(!refused && refused.error().code == failure_code::too_large,
         "one byte more than the limit is too much");
  }
  const auto twice = gunzip(*packed + *packed, 2 * plain.size());
  must(twice && *twice == std::string{plain} + std::string{plain}, "members follow one another");
  for (const std::size_t left : {std::size_t{0}, packed->size() / 2, packed->size() - 1}) {
    const auto cut = gunzip(std::string_view{*packed}.substr(0, left), plain.size() + 1);
    must(!cut && cut.error().code == failure_code::malformed, "what is cut off is refused");
  }
  std::string spoilt = *packed;
  spoilt[spoilt.size() - 8] = static_cast<char>(spoilt[spoilt.size() - 8] ^ 1);
  must(!gunzip(spoilt, plain.size() + 1), "a wrong checksum is refused");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of(data, size);
  const unsigned choice = take_byte(input);
  if ((choice & 1) != 0) {
    check_arrived(input, std::size_t{1} << (choice / 16));
    check_arrived(input, std::size_t{1} << 16);
  } else {
    check_packed(input, static_cast<int>(choice) / 2 - 3);
  }
  return 0;
}
