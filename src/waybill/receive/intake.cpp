#include <waybill/receive/intake.hpp>

#include <algorithm>
#include <utility>

namespace waybill::inline v0 {
namespace {

// The memory that a request holds, charged ahead of what is made of its body. A request that nobody counts
// may have all it wants.
class request_charge {
 public:
  explicit request_charge(memory_share* share) noexcept : share_(share) {}

  bool grow(std::size_t more) const noexcept { return share_ == nullptr || share_->grow(more); }
  void set(std::size_t bytes) const noexcept {
    if (share_ != nullptr) share_->shrink_to(bytes);
  }

 private:
  memory_share* share_;
};

failure no_memory() {
  return {failure_code::busy,
          "The server holds all the requests it has memory for. Send this again in a moment."};
}

// The body as the sender meant it, or why it can't be had.
result<std::string> plain_body(received_body& body, std::size_t limit, const request_charge& charge) {
  if (body.encoding == content_encoding::none) return std::move(body.bytes);
  auto plain = unpack(body.encoding, body.bytes, limit, [&](std::size_t more) { return charge.grow(more); });
  if (!plain) return plain.error().code == failure_code::busy ? no_memory() : plain.error();
  body.bytes = {};
  charge.set(plain->capacity());
  return plain;
}

// What the records of a body may take beside it: eight times its size is more than any real request needs,
// and far less than one made to hurt could ask for.
std::size_t records_memory(std::size_t body, std::size_t limit) noexcept {
  return std::min(limit, std::max<std::size_t>(8 * body, std::size_t{1} << 20));
}

}  // namespace

void take_in(received_body&& body, body_decoder decode, span_store& store, const intake_limits& limits,
             taken_in told) {
  const request_charge charge{body.memory.get()};
  auto plain = plain_body(body, limits.unpacked_body, charge);
  if (!plain) return told(plain.error());
  decode_limits allowed = limits.decode;
  allowed.memory = records_memory(plain->size(), limits.decode.memory);
  if (!charge.grow(allowed.memory + body.parser_factor * plain->size())) return told(no_memory());
  auto decoded = decode(std::move(*plain), allowed);
  if (!decoded) return told(decoded.error());
  export_answer answer{.rejected = decoded->report.rejected_spans + decoded->report.rejected_logs,
                       .message = std::move(decoded->report.first_problem)};
  if (decoded->records.span_count() == 0 && decoded->records.log_count() == 0) return told(std::move(answer));
  charge.set(decoded->records.bytes());
  store.commit(std::move(decoded->records), [told = std::move(told), answer = std::move(answer),
                                             held = std::move(body.memory)](const result<void>& committed) {
    told(committed ? result<export_answer>{answer} : result<export_answer>{committed.error()});
  });
}

}  // namespace waybill::inline v0
