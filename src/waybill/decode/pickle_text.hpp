// The texts in a Python pickle, found by their opcodes. A pickle is a program: it is never run.
#pragma once

#include <waybill/base/function_ref.hpp>

#include <string_view>

namespace waybill::inline v0::decode {

bool looks_like_pickle(std::string_view bytes) noexcept;

// Each text of a pickle (protocols 2 to 5), in order; opens_map: it is followed by a new dict, so it is this dict's key.
void for_each_pickled_text(std::string_view bytes,
                           function_ref<void(std::string_view text, bool opens_map)> take);

}  // namespace waybill::inline v0::decode
