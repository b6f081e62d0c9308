#include <waybill/wire/gzip.hpp>

#include <zlib.h>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

constexpr int zlib_only = 15;              // the largest window (zlib.h, deflateInit2)
constexpr int gzip_only = zlib_only + 16;  // and a gzip header

failure no_memory() {
  return {failure_code::busy, "There is not enough memory for gzip. Try again later."};
}

// zlib's counters are 32 bits wide: larger input and output go through in slices.
uInt slice(std::size_t size) noexcept {
  return static_cast<uInt>(std::min<std::size_t>(size, 1U << 30));
}

Bytef* bytes(const char* text) noexcept {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text));  // zlib reads through a non-const pointer
}

struct inflating {
  z_stream stream{};
  const bool ready;
  explicit inflating(int format) : ready(inflateInit2(&stream, format) == Z_OK) {}
  inflating(const inflating&) = delete;
  inflating& operator=(const inflating&) = delete;
  ~inflating() {
    if (ready) inflateEnd(&stream);
  }
};

result<std::string> unpack(int format, std::string_view name, std::string_view compressed, std::size_t limit,
                           function_ref<bool(std::size_t more)> may_grow) {
  const failure damaged{
      failure_code::malformed,
      "The body of " + std::to_string(compressed.size()) + " bytes is said to be " + std::string{name} +
          " but is not, is cut off, or is damaged. Send it whole, or without Content-Encoding."};
  inflating unpacker{format};
  if (!unpacker.ready) return no_memory();
  z_stream& stream = unpacker.stream;

  // Grows by what came out, not by what the input claims. One byte more than the limit tells "full" from "too
  // much".
  std::string plain;
  std::size_t written = 0;
  const auto grow = [&] {
    const std::size_t size = std::min(
        limit + 1, std::max<std::size_t>({4096, 2 * written, 4 * std::min(compressed.size(), limit)}));
    if (!may_grow(size - plain.size())) return false;
    plain.resize(size);
    return true;
  };
  bool member_ended = false;
  while (!compressed.empty() || !member_ended) {
    if (written == plain.size() && !grow()) return no_memory();
    stream.next_in = bytes(compressed.data());
    stream.avail_in = slice(compressed.size());
    stream.next_out = bytes(plain.data() + written);
    stream.avail_out = slice(plain.size() - written);
    const uInt offered = stream.avail_in;
    const uInt room = stream.avail_out;
    const int state = inflate(&stream, Z_NO_FLUSH);
    compressed.remove_prefix(offered - stream.avail_in);
    written += room - stream.avail_out;
    if (written > limit) {
      return failure{failure_code::too_large, "The body unpacks to more than " + std::to_string(limit) +
                                                  " bytes, which is the limit. Send smaller batches."};
    }
    member_ended = state == Z_STREAM_END;
    if (state == Z_MEM_ERROR) return no_memory();
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) return damaged;
    // No progress with room left: the input ends inside a member.
    if (!member_ended && compressed.empty() && stream.avail_out != 0) return damaged;
    if (member_ended && !compressed.empty() && inflateReset(&stream) != Z_OK) return damaged;
  }
  plain.resize(written);
  return plain;
}

}  // namespace

result<std::string> gunzip(std::string_view compressed, std::size_t limit,
                           function_ref<bool(std::size_t more)> may_grow) {
  return unpack(gzip_only, "gzip", compressed, limit, may_grow);
}

result<std::string> inflate_zlib(std::string_view compressed, std::size_t limit,
                                 function_ref<bool(std::size_t more)> may_grow) {
  return unpack(zlib_only, "deflate", compressed, limit, may_grow);
}

result<std::string> gzip(std::string_view plain, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, std::clamp(level, 1, 9), Z_DEFLATED, gzip_only, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return no_memory();
  }
  std::string compressed(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
  std::size_t written = 0;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_in = bytes(plain.data());
    stream.avail_in = slice(plain.size());
    stream.next_out = bytes(compressed.data() + written);
    stream.avail_out = slice(compressed.size() - written);
    const uInt offered = stream.avail_in;
    const uInt room = stream.avail_out;
    state = deflate(&stream, offered == plain.size() ? Z_FINISH : Z_NO_FLUSH);
    plain.remove_prefix(offered - stream.avail_in);
    written += room - stream.avail_out;
  }
  deflateEnd(&stream);
  compressed.resize(written);
  return compressed;
}

}  // namespace waybill::inline v0
