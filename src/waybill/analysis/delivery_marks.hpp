// What deliveries tell of each other: batches, tries at one message, messages sent on by their own worker.
#pragma once

#include <waybill/analysis/message_flow.hpp>

#include <vector>

namespace waybill::inline v0 {

// Spans under one receive that overlap: their messages came together and are worked on one after another.
void mark_batches(const message_flow& flow, std::vector<delivery>& deliveries);

// Deliveries of one message to one group of workers are tries, numbered by their start unless the spans
// number them.
void number_attempts(const message_flow& flow, std::vector<delivery>& deliveries);

// Of several deliveries of which only the span around their sending is known, the later ones may be tries.
void mark_siblings(std::vector<delivery>& deliveries);

// A message sent from within the work on a message with the same id, or the same key and a queue of a related
// name, is that message on its way to be tried again.
void mark_republished(const message_flow& flow, std::vector<delivery>& deliveries);

// Steps of one run (Hatchet's graphs) start when the steps they depend on have ended, not when the run was
// sent.
void mark_later_steps(const message_flow& flow, std::vector<delivery>& deliveries);

}  // namespace waybill::inline v0
