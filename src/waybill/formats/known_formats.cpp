#include <waybill/formats/known_formats.hpp>

#include <waybill/formats/known_headers.hpp>

namespace waybill::inline v0 {

constinit const header_table known_headers = header_slots;

}  // namespace waybill::inline v0
