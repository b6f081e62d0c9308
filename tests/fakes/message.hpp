// A received message as a queue's client hands it out: metadata, and what the queue says of it.
#pragma once

#include <waybill/carrier/metadata.hpp>
#include <waybill/record/message_info.hpp>

namespace waybill::fakes {

struct message {
  metadata headers;
  waybill::message_info info = {};

  const metadata& additional_metadata() const { return headers; }
  const waybill::message_info& message_info() const { return info; }
};

}  // namespace waybill::fakes
