// Writes one slice: chunks, what they are packed against, and their index. The store has one of these at a time.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/sqlite/database.hpp>
#include <waybill/store/chunk_builder.hpp>
#include <waybill/store/chunk_dictionary.hpp>
#include <waybill/store/sqlite/slice_file.hpp>
#include <waybill/store/sqlite/slice_index.hpp>

#include <memory>
#include <optional>
#include <string>

namespace waybill::inline v0 {

// Not thread-safe.
class slice_writer {
 public:
  // Makes the file, or goes on with one that is there. `packed_against`: a dictionary from the slice before, for
  // a new one; may be empty. Only for who holds the store_lock.
  static result<std::unique_ptr<slice_writer>> open(const std::string& path, durability kept,
                                                    std::string_view packed_against);

  slice_writer(const slice_writer&) = delete;
  slice_writer& operator=(const slice_writer&) = delete;

  // Between begin() and commit(): packs what the builder holds, and writes it. When one of the three fails,
  // rollback() brings the slice back to where it was before begin().
  result<void> begin();
  result<void> add(chunk_builder& builder, unix_nanos stored);
  result<void> commit();
  void rollback() noexcept;

  // Moves what was committed from the log into the file, and empties the log, where that is worth its wait for the
  // disk: for when nothing is to do. Where it fails nothing is lost.
  void rest() noexcept;

  // Makes the file small and complete by itself; nothing more is to be added. A slice whose sealing failed is
  // whole as well, only slower to read.
  result<void> seal();

  // After seal(): written anew, as small as it can be, with nothing beside it. For a file that is sent away.
  result<void> make_small();

  const std::string& path() const noexcept { return path_; }
  std::uint64_t bytes() const noexcept { return bytes_; }  // of the file, at the last commit
  std::optional<unix_nanos> first_stored() const noexcept { return first_stored_; }
  std::string_view dictionary() const noexcept;  // the newest one; empty before there is one

 private:
  explicit slice_writer(std::string path) : path_(std::move(path)) {}
  result<void> prepare(std::string_view packed_against);
  result<void> recall();
  result<void> keep_dictionary(std::unique_ptr<const chunk_dictionary> next);
  result<void> learn(std::string_view plain);

  const std::string path_;
  sqlite_database database_;
  std::optional<sqlite_transaction> transaction_;
  sqlite_statement add_chunk_, add_dictionary_, last_dictionary_, first_chunk_, count_pages_;
  std::optional<slice_index> index_;
  std::uint64_t bytes_ = 0;
  std::optional<unix_nanos> first_stored_;

  std::unique_ptr<const chunk_dictionary> dictionary_;
  std::int64_t dictionary_number_ = 0;
  std::string lately_;           // packed last, before compression: what the next dictionary is made of
  std::size_t plain_since_ = 0;  // bytes packed since the dictionary was made
};

}  // namespace waybill::inline v0
