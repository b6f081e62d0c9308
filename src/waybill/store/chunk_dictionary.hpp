// What a chunk may be packed against: bytes of chunks before it. Small chunks repeat each other far more than
// themselves; with one of these they take little more room than large ones.
#pragma once

#include <waybill/base/result.hpp>

#include <memory>
#include <string>
#include <string_view>

struct ZSTD_CDict_s;

namespace waybill::inline v0 {

// Immutable, so thread-safe.
class chunk_dictionary {
 public:
  static constexpr std::size_t largest = 32 * 1024;  // bytes; more packs hardly better, and is read each time

  // Out of what was packed lately: at most its last `largest` bytes. Throws std::bad_alloc.
  static std::unique_ptr<const chunk_dictionary> from_plain(std::string_view plain);

  // One that was kept, as bytes() gave it. Throws std::bad_alloc.
  explicit chunk_dictionary(std::string bytes);
  ~chunk_dictionary();

  std::string_view bytes() const noexcept { return bytes_; }
  const ZSTD_CDict_s* prepared() const noexcept { return prepared_.get(); }  // for packing; borrows bytes()

 private:
  struct release {
    void operator()(ZSTD_CDict_s* prepared) const noexcept;
  };
  std::string bytes_;
  std::unique_ptr<ZSTD_CDict_s, release> prepared_;
};

// A dictionary's bytes as they are kept. Unpacking: malformed where they are damaged.
std::string pack_dictionary(std::string_view bytes);
result<std::string> unpack_dictionary(std::string_view packed);

}  // namespace waybill::inline v0
