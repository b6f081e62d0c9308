// Goes through a message and collects the headers in it, wherever they lie.
#pragma once

#include <waybill/decode/findings.hpp>

#include <string_view>

namespace waybill::inline v0::decode {

// Whether text was JSON. Of several messages in a list, the first that has headers is taken.
bool walk_json(std::string_view text, findings& into);

// The texts of a pickle.
void walk_pickle(std::string_view bytes, findings& into);

}  // namespace waybill::inline v0::decode
