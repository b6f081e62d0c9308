// The table of formats. A new one is a file beside this one, and a row here.
#pragma once

#include <waybill/carrier/make_header_table.hpp>
#include <waybill/formats/b3.hpp>
#include <waybill/formats/datadog.hpp>
#include <waybill/formats/format.hpp>
#include <waybill/formats/jaeger.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/formats/sentry_trace.hpp>
#include <waybill/formats/w3c_baggage.hpp>
#include <waybill/formats/w3c_trace_context.hpp>
#include <waybill/formats/waybill_key.hpp>
#include <waybill/formats/xray.hpp>

#include <array>
#include <string_view>

namespace waybill::inline v0 {

// In the order of preference, when nobody asks for another: of two formats that name different senders the earlier counts.
inline constexpr std::array known_formats{
    w3c_trace_context, sentry_trace, w3c_baggage, waybill_key, b3, b3multi, jaeger, datadog, xray,
};
static_assert(known_formats.size() <= max_formats);
static_assert([] {
  std::size_t count = 0;
  for (const auto& row : known_formats) count += row.names_sender ? 1 : 0;
  return count <= named_senders::max_formats;
}());
static_assert([] {
  for (std::size_t i = 0; i < known_formats.size(); ++i) {
    if (known_formats[i].by_default != (i < default_format_count)) return false;
  }
  return true;
}());

// The headers of the first so many formats, some of them twice.
template <std::size_t Formats>
inline constexpr std::size_t header_count = [] {
  std::size_t count = 0;
  for (std::size_t i = 0; i < Formats; ++i) count += known_formats[i].headers.size();
  return count;
}();
template <std::size_t Formats>
inline constexpr auto header_texts = [] {
  std::array<std::string_view, header_count<Formats>> names;
  std::size_t count = 0;
  for (std::size_t i = 0; i < Formats; ++i) {
    for (const auto name : known_formats[i].headers) names[count++] = name;
  }
  return names;
}();

// Every header of every format, each once. known_headers is the same for those who need not see how it is made.
inline constexpr header_table header_slots{header_texts<known_formats.size()>};

// The headers of each format, by its place in the table.
inline constexpr auto format_headers = [] {
  std::array<header_set, known_formats.size()> sets;
  for (std::size_t i = 0; i < known_formats.size(); ++i) {
    for (int slot = 0; slot < header_slots.size(); ++slot) {
      for (const auto name : known_formats[i].headers) {
        if (name == header_slots[slot].text()) sets[i].add(slot);
      }
    }
  }
  return sets;
}();

// The place of a format in the table.
consteval std::size_t format_index(std::string_view name) {
  for (std::size_t i = 0; i < known_formats.size(); ++i) {
    if (known_formats[i].name == name) return i;
  }
  not_a_constant("there is no format of this name");
  return known_formats.size();
}

}  // namespace waybill::inline v0
