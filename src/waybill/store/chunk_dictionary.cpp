#include <waybill/store/chunk_dictionary.hpp>

#include <waybill/store/chunk_format.hpp>

#include <zstd.h>

#include <algorithm>
#include <new>

namespace waybill::inline v0 {
namespace {

// The first byte, which keeps zstd from taking the rest for a dictionary in a format of its own.
constexpr char mark = 'w';

const failure damaged{failure_code::malformed, "its dictionary is damaged"};

}  // namespace

void chunk_dictionary::release::operator()(ZSTD_CDict_s* prepared) const noexcept {
  ZSTD_freeCDict(prepared);
}

chunk_dictionary::chunk_dictionary(std::string bytes)
    : bytes_(std::move(bytes)),
      prepared_(ZSTD_createCDict(bytes_.data(), bytes_.size(), chunk_format::compression)) {
  if (!prepared_) throw std::bad_alloc{};
}

chunk_dictionary::~chunk_dictionary() = default;

std::unique_ptr<const chunk_dictionary> chunk_dictionary::from_plain(std::string_view plain) {
  std::string bytes(1, mark);
  bytes.append(plain.substr(plain.size() - std::min(plain.size(), largest - 1)));
  return std::make_unique<const chunk_dictionary>(std::move(bytes));
}

std::string pack_dictionary(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), chunk_format::compression);
  if (ZSTD_isError(size)) throw std::bad_alloc{};  // with room enough, memory is all that it can lack
  packed.resize(size);
  return packed;
}

result<std::string> unpack_dictionary(std::string_view packed) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == 0 || size > chunk_dictionary::largest) {  // the two errors are beyond any size
    return damaged;
  }
  std::string bytes(size, '\0');
  if (ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size()) != size) return damaged;
  if (bytes.front() != mark) return damaged;
  return bytes;
}

}  // namespace waybill::inline v0
