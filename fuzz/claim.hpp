// What every fuzz target stands on: must(), which states what holds whatever the input is.
//
// A target is one file with the function below. It is called for each input, again and again in one process, so it keeps
// nothing from one call to the next. Memory errors and undefined behaviour are found by the sanitizers; a target's own
// work is to say what is right: what was written reads back the same, a view lies in its input, two readers agree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace waybill_fuzz {

// Ends the process when the claim does not hold: the fuzzer keeps the input, a test is red.
inline void must(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "claim: %s\n", claim);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Takes the first byte off, 0 when there is none: the choices that a target has beside its text.
inline std::uint8_t take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte;
}

// At least one, and at most limit.
inline std::vector<std::string_view> split(std::string_view text, char separator,
                                           std::size_t limit = std::string_view::npos) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos || parts.size() == limit) return parts;
    text.remove_prefix(at + 1);
  }
}

// An empty view may point anywhere.
inline bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() || (!std::less<>{}(part.data(), whole.data()) &&
                          !std::less<>{}(whole.data() + whole.size(), part.data() + part.size()));
}

}  // namespace waybill_fuzz
