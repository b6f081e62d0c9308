#include <waybill/store/sqlite/slice_export.hpp>

#include <waybill/base/clock.hpp>
#include <waybill/store/sqlite/store_folder.hpp>

#include <filesystem>
#include <system_error>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t records_a_chunk = 256;

}  // namespace

result<std::unique_ptr<slice_export>> slice_export::create(const std::string& file) {
  std::error_code none;
  if (std::filesystem::exists(file, none)) {
    return failure{failure_code::invalid_argument, file + " is there already; name another file"};
  }
  std::unique_ptr<slice_export> made{new slice_export{file}};
  (void)store_folder::remove(made->unfinished_);  // of an export that was interrupted
  auto writer = slice_writer::open(made->unfinished_, durability::normal, {});
  if (!writer) return writer.error();
  made->writer_ = std::move(*writer);
  return made;
}

slice_export::~slice_export() {
  writer_.reset();
  (void)store_folder::remove(unfinished_);
}

result<void> slice_export::add(span_batch&& records) {
  waiting_.append(std::move(records));
  return waiting_.span_count() + waiting_.log_count() < records_a_chunk ? result<void>{} : write();
}

result<void> slice_export::write() {
  const span_batch batch = std::move(waiting_);
  waiting_ = {};
  if (auto begun = writer_->begin(); !begun) return begun;
  batch.for_each_span([&](const span_record& span) { builder_.add(span); });
  batch.for_each_log([&](const log_record& log) { builder_.add(log); });
  auto written = writer_->add(builder_, wall_now());
  if (written) written = writer_->commit();
  if (!written) writer_->rollback();
  return written;
}

result<void> slice_export::finish() {
  if (auto written = write(); !written) return written;
  if (auto sealed = writer_->seal(); !sealed) return sealed;
  if (auto small = writer_->make_small(); !small) return small;
  writer_.reset();
  std::error_code error;
  std::filesystem::rename(unfinished_, file_, error);
  if (!error) return {};
  return failure{failure_code::io, file_ + " can't be written: " + error.message()};
}

}  // namespace waybill::inline v0
