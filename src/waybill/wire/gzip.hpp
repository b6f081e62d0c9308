// gzip (RFC 1952) for request bodies, with a cap on what comes out: a bomb is refused, not unpacked.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/base/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// All members, one after another. failure_code::too_large: more than `limit` bytes would come out; malformed:
// not gzip, cut off, or damaged; busy: may_grow, which is asked before so many more bytes are allocated, said
// no.
result<std::string> gunzip(
    std::string_view compressed, std::size_t limit = std::size_t{64} << 20,
    function_ref<bool(std::size_t more)> may_grow = [](std::size_t) { return true; });

// The same of zlib's format (RFC 1950), which HTTP calls deflate.
result<std::string> inflate_zlib(std::string_view compressed, std::size_t limit,
                                 function_ref<bool(std::size_t more)> may_grow);

// One member. Level 1 (fast) to 9 (small). Fails only when there is no memory.
result<std::string> gzip(std::string_view plain, int level = 1);

}  // namespace waybill::inline v0
