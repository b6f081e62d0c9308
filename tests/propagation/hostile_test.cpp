// Headers that are far too long, far too many, or nothing but separators: read in bounded time, and never passed on.
#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/json_object_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/tracestate.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include <doctest/doctest.h>

#include <ctime>
#include <string>

using namespace waybill;

namespace {

constexpr std::size_t megabyte = 1'000'000;
const std::string traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string repeated(std::string_view text, std::size_t size) {
  std::string all;
  all.reserve(size + text.size());
  while (all.size() < size) all += text;
  return all;
}

// Of this thread. What is linear takes milliseconds here, what is quadratic many minutes: a second is neither. A
// sanitizer makes everything slower, ThreadSanitizer most.
class second_of_work {
 public:
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  static constexpr double limit = 40.0;
#else
  static constexpr double limit = 1.0;
#endif
  ~second_of_work() {
    CHECK(seconds() - begun_ < limit);
  }

 private:
  static double seconds() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
  }
  double begun_ = seconds();
};

struct row {
  std::string value;
  std::string_view why;
};

const row long_values[] = {
    {repeated("x", megabyte), "one word"},
    {repeated(",", megabyte), "commas"},
    {repeated(" ", megabyte), "blanks"},
    {repeated(" ,", megabyte), "blanks and commas"},
    {repeated("a=b,", megabyte), "members"},
    {repeated("a=", megabyte), "keys without end"},
    {repeated("a=b;c=d;", megabyte), "properties"},
    {repeated("%", megabyte), "percent signs"},
    {repeated("s=1;", megabyte), "fields"},
    {repeated(std::string_view{"\0", 1}, megabyte), "zeros"},
    {repeated("\xFF", megabyte), "no text"},
    {repeated(traceparent + ",", megabyte), "many contexts"},
    {repeated("4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1,", megabyte), "many of Sentry's"},
};

// As a worker does that works on the message and sends one of its own.
std::string pass_on(const header_list& received, std::string_view header) {
  const trace_context context = extract(received).to_context();
  header_list sent;
  span_ids ids = context.ids();
  ids.span = span_id::make();
  inject(context.with_ids(ids), sent);
  for (const auto& [name, value] : sent) {
    if (name == header) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("a header of a megabyte is read in a moment, and not passed on") {
  for (const std::string name :
       {"traceparent", "tracestate", "sentry-trace", "baggage", "waybill", "sentry-task-enqueued-time"}) {
    for (const auto& [value, why] : long_values) {
      CAPTURE(name);
      CAPTURE(why);
      const second_of_work limit;
      header_list carrier{{name, value}};
      if (name != "traceparent") carrier.emplace_back("traceparent", traceparent);
      CHECK(pass_on(carrier, name).size() <= 8192);
    }
  }
}

TEST_CASE("100,000 headers of one name, or of strangers, are walked once") {
  for (const std::string name :
       {"traceparent", "TraceState", "sentry-trace", "baggage", "waybill", "foreign"}) {
    CAPTURE(name);
    const second_of_work limit;
    header_list carrier(100'000, {name, "a=b"});
    const extracted found = extract(carrier);
    CHECK_FALSE(found.ids());
    CHECK(found.baggage().size() <= 4);
    const trace_context context{{.trace = trace_id::make(), .span = span_id::make()}};
    inject(context, carrier);
    CHECK(extract(carrier).ids()->trace == context.ids().trace);
    CHECK(carrier.size() == (name == "foreign" ? 100'003 : 3));
  }
}

TEST_CASE("100,000 members of tracestate or baggage are counted, edited and shortened in one walk") {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text.append(i == 0 ? "" : ",").append("k").append(std::to_string(i)).append("=v");
  const second_of_work limit;
  CHECK(count_tracestate_members(text) == 100'000);
  CHECK(find_tracestate_member(text, "k99999") == "v");
  CHECK(count_tracestate_members(*set_tracestate_member(text, "new", "1")) == 32);
  CHECK(count_tracestate_members(remove_tracestate_member(text, "k0")) == 32);
  std::string room(text.size(), '\0');
  CHECK(shorten_tracestate(text, 100, room.data()) <= 100);
  CHECK(find_baggage_member(text, "k0") == "v");
  CHECK_FALSE(set_baggage_member(repeated("a=b,", megabyte), "b", std::string(8192, 'v')));
  CHECK(shorten_baggage(text, 100, "sentry-", room.data()) <= 100);
}

TEST_CASE("100,000 members of a JSON object are walked once, whatever they are called") {
  for (const std::string name : {"traceparent", "\\u0074raceparent", "Baggage", "foreign"}) {
    CAPTURE(name);
    const second_of_work limit;
    std::string json = "{" + repeated("\"" + name + "\":\"x\",", 100'000 * (name.size() + 7)) + "\"end\":[]}";
    json_object_carrier carrier{json};
    CHECK(carrier.problem().empty());
    CHECK_FALSE(extract(carrier).ids());
    const trace_context context{{.trace = trace_id::make(), .span = span_id::make()}};
    inject(context, carrier);
    CHECK(extract(carrier).ids()->trace == context.ids().trace);
    CHECK(json.find("\"end\":[]") != json.npos);
  }
}
