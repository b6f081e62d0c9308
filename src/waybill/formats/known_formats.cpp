#include <waybill/formats/known_formats.hpp>

#include <waybill/formats/known_headers.hpp>

namespace waybill::inline v0 {

constinit const header_table known_headers = header_slots;
constinit const header_table default_headers{header_slots, header_texts<default_format_count>};

}  // namespace waybill::inline v0
