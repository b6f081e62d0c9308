// What somebody pastes into waybill decode: any text, also JSON in JSON, base64 and pickles.
#include <waybill/carrier/context_places.hpp>
#include <waybill/decode/explanation.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/propagation/extract.hpp>

#include "claim.hpp"

using namespace waybill;
using namespace waybill_fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const decode::message_text message = decode::read_message(text_of(data, size));
  must(message.headers.size() <= 64 && message.facts.size() <= 16, "what is kept of a message is bounded");
  for (const auto& header : message.headers) {
    must(known_headers.find(header.name) >= 0, "what is found is a header that is known");
    must(header_of_key(header.key) == header.name, "its key says so");
    must(!header.value.empty(), "it has a value");
  }
  must(message.headers.empty() || !message.kind.empty(), "what has headers is called something");
  const decode::explanation all = decode::explain(message, 1'795'534'000'000'000'000);
  must(all.headers.size() == message.headers.size(), "each header is explained");
  for (const auto& header : all.headers) {
    must(!header.readers.empty(), "somebody reads it");
    must(!header.fields.empty() || !header.problems.empty() || header.header.name == "tracestate" ||
             header.header.name == "baggage",
         "it says something, or something is wrong with it");
  }
  must(all.continued.has_value() == !all.source.empty(), "what is continued comes from a format");
  if (all.continued) must(all.continued->span.has_value(), "and has a parent");
  return 0;
}
