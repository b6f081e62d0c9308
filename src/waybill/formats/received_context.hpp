// What the formats made of one message's headers, before anybody decides between them.
#pragma once

#include <waybill/context/span_ids.hpp>
#include <waybill/formats/message_stamp.hpp>
#include <waybill/formats/partial_sender.hpp>
#include <waybill/formats/rejection.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// Up to four headers of one name, without the empty ones. Views into the carrier.
class header_pieces {
 public:
  static constexpr std::size_t max_pieces = 4;

  header_pieces() noexcept {}
  void add(std::string_view piece) noexcept {
    if (count_ < max_pieces) new (&pieces_.of[count_++]) std::string_view{piece};
  }
  void clear() noexcept { count_ = 0; }
  std::span<const std::string_view> all() const noexcept { return {pieces_.of, count_}; }

 private:
  union unset_pieces {
    unset_pieces() noexcept {}
    std::string_view of[max_pieces];
  } pieces_;
  std::size_t count_ = 0;
};

// Whom each format names as the sender, in the order in which they were read: the preferred one first.
class named_senders {
 public:
  static constexpr std::size_t max_formats = 8;

  struct sender {
    std::uint8_t format;  // its place in known_formats
    span_ids ids;
  };

  named_senders() noexcept {}
  void add(std::size_t format, const span_ids& ids) noexcept {
    if (count_ < max_formats) new (&senders_.of[count_++]) sender{static_cast<std::uint8_t>(format), ids};
  }
  void remove(std::size_t format) noexcept {
    std::size_t kept = 0;
    for (const sender& named : all()) {
      if (named.format != format) senders_.of[kept++] = named;
    }
    count_ = kept;
  }

  // Null when it names none.
  const span_ids* find(std::size_t format) const noexcept {
    for (const sender& named : all()) {
      if (named.format == format) return &named.ids;
    }
    return nullptr;
  }
  std::span<const sender> all() const noexcept { return {senders_.of, count_}; }

 private:
  union unset_senders {
    unset_senders() noexcept {}
    sender of[max_formats];
  } senders_;
  std::size_t count_ = 0;
};

// What the sentry- members of baggage say, as far as extraction asks: of several the last.
struct sentry_members {
  std::optional<trace_id> trace = {};  // the trace they say they belong to
  std::string_view org_id = {};
  std::string_view sample_rate = {};
  std::string_view sample_rand = {};
};

struct received_context {
  named_senders senders;
  partial_sender
      bare;  // what came without a sender: a decision, perhaps the id of a trace; counts when nobody names one

  header_pieces tracestate;  // checked, all of it valid

  header_pieces baggage;  // checked, but invalid members are still in it
  bool baggage_read = false;
  bool baggage_clean = true;     // every member is valid as a whole, and there are not too many
  bool foreign_baggage = false;  // the format that forwards other people's members is on
  std::optional<sentry_members> sentry_baggage;  // empty: it has none

  std::optional<message_stamp> stamp;
  std::optional<unix_nanos> sentry_enqueued;  // sentry-task-enqueued-time

  rejection_set rejected;
};

}  // namespace waybill::inline v0
