// Which span sent the message that another span works on, over how many tries: the ways of messages.
#pragma once

#include <waybill/analysis/messaging_span.hpp>
#include <waybill/analysis/span_forest.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace waybill::inline v0 {

// How far up the parents of a span are looked at: more than any instrumentation nests, and little enough for a hostile chain.
inline constexpr int most_hops = 16;

// Shorter message ids are counters, which start again with the queue.
inline constexpr std::size_t shortest_unique_id = 8;

enum class sender_relation : std::uint8_t { none, parent, link, message_id };

// One try at one message. A span that works on a batch has one for each message that is known of.
struct delivery {
  node_number span = no_node;         // works on the message, or where no such span exists, received it
  node_number sent_by = no_node;      // put it into the queue
  node_number surrounding = no_node;  // where nothing put it there that is seen: the span around the sending
  node_number received_by = no_node;  // a receive span on the way
  node_number previous = no_node;     // the span of the try before
  node_number handler = no_node;      // of a batch's handlers, which lie beside it, this message's
  const span_link* link = nullptr;    // by which the work says so
  sender_relation relation = sender_relation::none;
  std::uint32_t attempt = 1;
  bool in_batch = false;        // worked on one after another: the span's start is not the handler's
  bool only_received = false;   // no span covers the handler
  bool earlier_unseen = false;  // a try before this one is told of, but not here
  bool may_be_another = false;  // two spans under one sender, and no id that says whether it was one message
  bool republished = false;     // its worker sent it on to be tried again
  bool follows_step = false;    // a step of a run in which other steps were started earlier
  bool inside_other_work = false;  // a span that works on a message is around it
};

// Valid as long as the forest.
class message_flow {
 public:
  explicit message_flow(const span_forest& forest);

  // What a span is to messages; role none for most.
  const messaging_span& step(node_number node) const noexcept { return steps_[step_of_[node]]; }

  // Ordered by the start of the span.
  std::span<const delivery> deliveries() const noexcept { return deliveries_; }

  const span_forest& forest() const noexcept { return forest_; }

  // The first span that the worker made under this one.
  node_number first_inside(node_number node) const noexcept;

 private:
  struct route_up {
    node_number sent_by = no_node;
    node_number surrounding = no_node;
    node_number received_by = no_node;
    bool inside_other_work = false;
  };
  struct sent_message {
    std::string_view id;
    node_number node;
  };

  void recognise_steps();
  bool is_own(node_number node) const noexcept { return step(node).tool->tool == "waybill"; }
  void add_deliveries(node_number node);
  delivery look_upwards(node_number node) const noexcept;
  bool add_linked(delivery& one, std::span<const span_link> links);
  route_up climb(node_number from) const noexcept;
  bool follow_link(const span_link& link, delivery& to) const noexcept;
  node_number sender_by_id(const messaging_span& step, node_number node) const noexcept;

  const span_forest& forest_;
  std::vector<std::uint32_t> step_of_;  // by node, into steps_; steps_[0] has no role
  std::vector<messaging_span> steps_;
  std::vector<sent_message> sent_by_id_;  // ordered by id, then node
  std::vector<bool> receive_used_;        // by node: another span works on what it received
  std::vector<delivery> deliveries_;
};

}  // namespace waybill::inline v0
