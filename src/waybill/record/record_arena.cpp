#include <waybill/record/record_arena.hpp>

#include <list>
#include <memory_resource>

namespace waybill::inline v0 {

struct record_arena::block : record_block {
  std::pmr::monotonic_buffer_resource memory{16 * 1024};
  std::size_t used = 0;
  std::list<std::string> bodies;
  std::vector<span_record> span_storage;
  std::vector<log_record> log_storage;
};

record_arena::record_arena() : block_(std::make_unique<block>()) {}
record_arena::~record_arena() = default;
record_arena::record_arena(record_arena&&) noexcept = default;
record_arena& record_arena::operator=(record_arena&&) noexcept = default;

std::vector<span_record>& record_arena::spans() noexcept {
  return block_->span_storage;
}
std::vector<log_record>& record_arena::logs() noexcept {
  return block_->log_storage;
}

void* record_arena::allocate_bytes(std::size_t size, std::size_t alignment) {
  block_->used += size;
  return block_->memory.allocate(size == 0 ? 1 : size, alignment);
}

std::string_view record_arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* const to = allocate<char>(text.size());
  std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

std::string_view record_arena::adopt(std::string&& body) {
  block_->used += body.size();
  return block_->bodies.emplace_back(std::move(body));
}

attribute_value record_arena::copy(const attribute_value& value) {
  switch (value.kind()) {
    case value_kind::text:
      return attribute_value{copy(value.as_text())};
    case value_kind::bytes:
      return attribute_value::bytes(copy(value.as_text()));
    case value_kind::list: {
      auto* const elements = allocate<attribute_value>(value.size());
      for (std::size_t i = 0; i < value.size(); ++i)
        new (elements + i) attribute_value(copy(value.elements()[i]));
      return attribute_value::list(elements, value.size());
    }
    case value_kind::group: {
      const auto members = copy(std::span{value.members(), value.size()});
      return attribute_value::group(members.data(), members.size());
    }
    case value_kind::huge:
      return attribute_value{copy(std::string_view{std::to_string(value.as_huge())})};
    case value_kind::absent:
    case value_kind::boolean:
    case value_kind::integer:
    case value_kind::number:
      break;
  }
  return value;
}

std::span<const attribute> record_arena::copy(std::span<const attribute> attributes) {
  auto* const copies = allocate<attribute>(attributes.size());
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    new (copies + i) attribute{copy(attributes[i].key), copy(attributes[i].value)};
  }
  return {copies, attributes.size()};
}

std::size_t record_arena::bytes_used() const noexcept {
  return block_->used + block_->span_storage.size() * sizeof(span_record) +
         block_->log_storage.size() * sizeof(log_record);
}

span_batch record_arena::finish() {
  block_->bytes = bytes_used();
  auto* const done = block_.release();
  block_ = std::make_unique<block>();
  done->spans = done->span_storage;
  done->logs = done->log_storage;
  done->release = [](record_block* b) noexcept { delete static_cast<block*>(b); };
  return span_batch{done};
}

}  // namespace waybill::inline v0
