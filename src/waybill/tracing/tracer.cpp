#include <waybill/tracing/tracer.hpp>

#include <waybill/base/random.hpp>
#include <waybill/formats/sentry_sampling.hpp>
#include <waybill/version.hpp>

#include <charconv>
#include <mutex>

namespace waybill::inline v0 {
namespace {

constinit std::atomic<tracer*> default_one{nullptr};

// Keeps every tracer reachable; leak checkers then see that it is kept on purpose.
struct all_tracers {
  std::mutex mutex;
  std::vector<tracer*> made;
};
all_tracers& kept() {
  static auto* const list = new all_tracers;
  return *list;
}

// All of a process's description is text, but for what OpenTelemetry's conventions call a number.
attribute_value value_of(std::string_view key, std::string_view text) noexcept {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = key == "process.pid" && error == std::errc{} && end == text.data() + text.size();
  return is_number ? attribute_value{number} : attribute_value{text};
}

}  // namespace

tracer& tracer::make(tracer_options options) {
  std::unique_ptr<tracer> made{new tracer(std::move(options))};
  auto& list = kept();
  const std::lock_guard lock{list.mutex};
  list.made.push_back(made.get());
  return *made.release();
}

tracer::process_description::process_description(std::vector<std::pair<std::string, std::string>> resource)
    : text(std::move(resource)) {
  attributes.reserve(text.size());
  for (const auto& [key, value] : text) attributes.push_back({key, value_of(key, value)});
  as_resource.attributes = attributes;
}

tracer::tracer(tracer_options options)
    : options_(std::move(options)),
      of_parent_(std::move(options_.resource)),
      scope_{"waybill", version_text, {}},
      places_(std::uint64_t{fork_generation()} << 32) {
  if (options_.max_forced_sampling) forced_.emplace(*options_.max_forced_sampling);
  char rate[max_sample_rate_size];
  sample_rate_ = write_sample_rate(options_.sampling.ratio(), rate);
}

// The child's queue is forgotten, and with it every record that was counted.
void tracer::begin_child(std::uint64_t places_of_parent, std::uint32_t generation) noexcept {
  if (!places_.compare_exchange_strong(places_of_parent, std::uint64_t{generation} << 32)) return;
  if (!options_.describe_child) return;
  try {
    auto resource = of_parent_.text;
    options_.describe_child(resource);
    described_.store(new process_description{std::move(resource)}, std::memory_order_release);
  } catch (...) {  // the child then goes by its parent's name
  }
}

bool tracer::take_place() noexcept {
  if (closed()) {
    count_dropped();
    return false;
  }
  const std::uint32_t now = fork_generation();
  if (const auto places = places_.load(std::memory_order_relaxed); places >> 32 != now)
    begin_child(places, now);
  if (static_cast<std::uint32_t>(places_.fetch_add(1, std::memory_order_relaxed)) <
      options_.records_in_flight)
    return true;
  places_.fetch_sub(1, std::memory_order_relaxed);
  count_dropped();
  return false;
}

void tracer::return_place(std::uint32_t generation) noexcept {
  if (generation == places_.load(std::memory_order_relaxed) >> 32)
    places_.fetch_sub(1, std::memory_order_relaxed);
}

void tracer::submit(record_block* finished) noexcept {
  if (closed()) [[unlikely]] {
    finished->release(finished);
    count_dropped();
    return;
  }
  options_.sink->accept(span_batch{finished});
}

tracer* default_tracer() noexcept {
  return default_one.load(std::memory_order_acquire);
}

void set_default_tracer(tracer* made) noexcept {
  default_one.store(made, std::memory_order_release);
}

}  // namespace waybill::inline v0
