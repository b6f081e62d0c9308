#include <waybill/receive/content_encoding.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/wire/gzip.hpp>

#include <brotli/decode.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace waybill::inline v0 {
namespace {

// What a decoder takes for itself at most: its window, and its tables. A frame that wants a larger window is refused.
constexpr int largest_zstd_window = 23;  // RFC 9659: 8 MiB are what a sender may count on
constexpr std::size_t zstd_memory = std::size_t{9} << 20;
constexpr std::size_t brotli_memory = std::size_t{17} << 20;  // a window of 16 MiB

constexpr std::pair<std::string_view, content_encoding> names[] = {
    {"", content_encoding::none},           {"identity", content_encoding::none},
    {"gzip", content_encoding::gzip},       {"x-gzip", content_encoding::gzip},
    {"deflate", content_encoding::deflate}, {"br", content_encoding::brotli},
    {"zstd", content_encoding::zstd},
};

failure no_memory() {
  return {failure_code::busy, "There is not enough memory to unpack the body. Try again later."};
}

struct step {
  std::size_t read = 0;
  std::size_t written = 0;
  bool ended = false;    // all frames that were begun are whole
  bool damaged = false;  // or, without progress, cut off
};

// Feeds a decoder until all was read. Grows by what came out, not by what the input claims. One byte more than the limit
// tells "full" from "too much".
template <class Decode>
result<std::string> unpack_by(Decode decode, std::string_view packed, std::size_t limit,
                              function_ref<bool(std::size_t more)> may_grow, std::string_view name) {
  const std::size_t packed_size = packed.size();
  std::string plain;
  std::size_t written = 0;
  for (bool ended = false; !packed.empty() || !ended;) {
    if (written == plain.size()) {
      const std::size_t size =
          std::min(limit + 1, std::max<std::size_t>({4096, 2 * written, 4 * std::min(packed_size, limit)}));
      if (!may_grow(size - plain.size())) return no_memory();
      plain.resize(size);
    }
    const step done = decode(packed, plain.data() + written, plain.size() - written);
    packed.remove_prefix(done.read);
    written += done.written;
    ended = done.ended;
    if (written > limit) {
      return failure{failure_code::too_large, "The body unpacks to more than " + std::to_string(limit) +
                                                  " bytes, which is the limit. Send smaller batches."};
    }
    const bool cut_off = !ended && packed.empty() && written < plain.size();
    const bool goes_on_behind = done.read == 0 && done.written == 0 && !packed.empty();
    if (done.damaged || cut_off || goes_on_behind) {
      return failure{
          failure_code::malformed,
          "The body of " + std::to_string(packed_size) + " bytes is said to be " + std::string{name} +
              " but is not, is cut off, or is damaged. Send it whole, or without Content-Encoding."};
    }
  }
  plain.resize(written);
  return plain;
}

result<std::string> unpack_brotli(std::string_view packed, std::size_t limit,
                                  function_ref<bool(std::size_t more)> may_grow) {
  if (!may_grow(brotli_memory)) return no_memory();
  const std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state{
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), &BrotliDecoderDestroyInstance};
  if (!state) return no_memory();
  const auto decode = [&](std::string_view in, char* out, std::size_t room) {
    std::size_t left = in.size();
    std::size_t free = room;
    const auto* next = reinterpret_cast<const std::uint8_t*>(in.data());
    auto* to = reinterpret_cast<std::uint8_t*>(out);
    const auto said = BrotliDecoderDecompressStream(state.get(), &left, &next, &free, &to, nullptr);
    return step{.read = in.size() - left,
                .written = room - free,
                .ended = said == BROTLI_DECODER_RESULT_SUCCESS,
                .damaged = said == BROTLI_DECODER_RESULT_ERROR};
  };
  return unpack_by(decode, packed, limit, may_grow, "brotli");
}

result<std::string> unpack_zstd(std::string_view packed, std::size_t limit,
                                function_ref<bool(std::size_t more)> may_grow) {
  if (!may_grow(zstd_memory)) return no_memory();
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> state{ZSTD_createDCtx(), &ZSTD_freeDCtx};
  if (!state) return no_memory();
  ZSTD_DCtx_setParameter(state.get(), ZSTD_d_windowLogMax, largest_zstd_window);
  const auto decode = [&](std::string_view in, char* out, std::size_t room) {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out, room, 0};
    const std::size_t said = ZSTD_decompressStream(state.get(), &to, &from);
    return step{.read = from.pos, .written = to.pos, .ended = said == 0, .damaged = ZSTD_isError(said) != 0};
  };
  return unpack_by(decode, packed, limit, may_grow, "zstd");
}

}  // namespace

std::optional<content_encoding> read_content_encoding(const http_headers& headers) noexcept {
  if (headers.count("Content-Encoding") > 1) return std::nullopt;
  const std::string_view said = trim_ows(headers.find("Content-Encoding").value_or(""));
  for (const auto& [name, how] : names) {
    if (ascii_iequals(said, name)) return how;
  }
  return std::nullopt;
}

result<std::string> unpack(content_encoding how, std::string_view packed, std::size_t limit,
                           function_ref<bool(std::size_t more)> may_grow) {
  switch (how) {
    case content_encoding::gzip:
      return gunzip(packed, limit, may_grow);
    case content_encoding::deflate:
      return inflate_zlib(packed, limit, may_grow);
    case content_encoding::brotli:
      return unpack_brotli(packed, limit, may_grow);
    case content_encoding::zstd:
      return unpack_zstd(packed, limit, may_grow);
    case content_encoding::none:
      break;
  }
  return std::string{packed};
}

}  // namespace waybill::inline v0
