// What the worker that took a message was doing while the message waited.
#pragma once

#include <waybill/analysis/queue_wait.hpp>

#include <vector>

namespace waybill::inline v0 {

// Knows the work of every worker in the batch. Only spans that are here count: from sampled spans an idle
// worker cannot be told from an unseen one, so silence proves nothing.
class occupancy {
 public:
  explicit occupancy(const message_flow& flow);

  // What kept the worker of this span busy from `from` to `to`, longest first. Empty unless it explains the
  // wait: the same worker was busy nearly all the time, and began this work as soon as it was free. A host of which no more
  // is known is taken for one worker where it did one thing after another.
  std::vector<blocker> blockers_of(node_number work, unix_nanos from, unix_nanos to) const;

  // Whether it had worked on another message before: what starts once in a process has started then.
  bool worked_before(node_number work) const noexcept;

  // The span that ended a pause of this queue just before this message was taken, and after `from`. Null if there is none.
  const span_record* opened_by(node_number work, unix_nanos from) const noexcept;

  // Whether its worker, or where that has no name anything of its service, took up nothing else from `from` on until it began
  // this.
  bool began_nothing_since(node_number work, unix_nanos from) const noexcept;

  // Whether it worked on one message after another in this time, as far as its handlers' own spans tell.
  bool one_at_a_time(node_number work, unix_nanos from, unix_nanos to) const;

  // The name people gave the worker, else what its service is called; empty if nothing tells.
  std::string worker_name(node_number work) const;

 private:
  struct busy {
    std::string_view worker;  // its id among the tool's workers; may be empty
    sender_number sender;
    unix_nanos start;
    unix_nanos end;
    node_number span;
  };
  bool knows_worker(const busy& one) const noexcept;
  bool is_on_known_host(const busy& one) const noexcept;
  busy describe(node_number span) const noexcept;
  std::vector<busy>::const_iterator first_since(const busy& self, unix_nanos time) const noexcept;

  const message_flow& flow_;
  std::vector<busy> busy_;  // ordered by worker, then start
  std::vector<node_number> openings_;
};

// What a span works on, in words: report:monthly, orders.confirm, or the span's name.
std::string work_name(const message_flow& flow, node_number span);

}  // namespace waybill::inline v0
