#include <waybill/export/batching_sink.hpp>

#include <waybill/base/clock.hpp>
#include <waybill/base/random.hpp>
#include <waybill/base/uncancelled.hpp>
#include <waybill/http/signals_blocked.hpp>

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace waybill::inline v0 {
namespace {

using clock_ms = std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

std::size_t record_count(const span_batch& batch) noexcept {
  return batch.span_count() + batch.log_count();
}

// How long the end of a session waits for an exporter that was told to stop. One that does not heed it (a disk that does not
// answer) is left behind.
constexpr clock_ms stop_grace{1'000};

// What the exception that is being handled says; empty when there is no memory for it.
std::string describe_caught() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return "out of memory";  // short enough to need none
  } catch (const std::exception& error) {
    try {
      return error.what();
    } catch (...) {
      return {};
    }
  } catch (...) {
    return {};
  }
}

// Half fixed, half random: many hosts that lost one collector do not come back all at once.
clock_ms jittered(clock_ms delay) noexcept {
  const auto half = static_cast<std::uint64_t>(delay.count()) / 2;
  return clock_ms{static_cast<std::int64_t>(half + (half == 0 ? 0 : random_bits() % half))};
}

}  // namespace

// The pushed records form a stack; the thread takes all of it with one exchange and turns it round. Nobody ever pops one
// record, so there is no ABA.
struct batching_sink::state {
  state(batching_sink& sink, const state* of_parent) noexcept
      : owner(sink), parents(of_parent), generation(fork_generation()) {}

  void push(record_block* chain) noexcept {
    record_block* last = chain;
    std::size_t count = 1;
    for (; last->next != nullptr; last = last->next) ++count;
    record_block* seen = head.load(std::memory_order_relaxed);
    do last->next = seen;
    while (!head.compare_exchange_weak(seen, chain, std::memory_order_release, std::memory_order_relaxed));
    const std::size_t before = waiting.fetch_add(count, std::memory_order_relaxed);
    // Without the mutex: a notification that is lost costs one period.
    if (before < owner.options_.wake_at && before + count >= owner.options_.wake_at) wake.notify_one();
    if (!started.load(std::memory_order_acquire)) start();
  }

  void start() noexcept {
    if (starting.test_and_set()) return;
    try {
      const signals_blocked blocked;
      thread = std::thread{[this] { run(); }};
      started.store(true, std::memory_order_release);
    } catch (...) {  // no thread to be had now: the next record tries again
      starting.clear();
    }
  }

  span_batch take_all() noexcept {
    record_block* stack = head.exchange(nullptr, std::memory_order_acquire);
    record_block* in_order = nullptr;
    std::size_t count = 0;
    while (stack != nullptr) {
      record_block* const next = stack->next;
      stack->next = in_order;
      in_order = stack;
      stack = next;
      ++count;
    }
    waiting.fetch_sub(count, std::memory_order_relaxed);
    return span_batch{in_order};
  }

  void run() noexcept;
  void export_all(span_batch batch, std::unique_ptr<batch_exporter>& exporter) noexcept;
  void export_one(span_batch batch, std::unique_ptr<batch_exporter>& exporter) noexcept;
  void export_waiting(bool all, batch_exporter* exporter) noexcept;
  void try_until_given_up(batch_exporter& exporter, std::size_t records) noexcept;
  void drop(std::size_t records, std::string&& problem) noexcept {
    owner.dropped_.fetch_add(records, std::memory_order_relaxed);
    note(std::move(problem));
  }
  void note(std::string&& problem) noexcept {
    if (problem.empty()) return;
    const std::lock_guard lock{mutex};
    last_problem = std::move(problem);
  }

  batching_sink& owner;
  const state* const parents;  // in a forked child: left as it is, and reachable for leak checkers
  const std::uint32_t generation;
  std::atomic<record_block*> head{nullptr};
  std::atomic<std::size_t> waiting{0};
  std::atomic_flag starting;
  std::atomic<bool> started{false};
  std::atomic<bool> closed{false};
  std::thread thread;

  std::mutex mutex;
  std::condition_variable wake;  // the thread waits for work, the end of a period, a flush or the end
  std::condition_variable idle;  // flush() waits for its round, and shutdown() for the thread's end
  bool stopping = false;
  bool over = false;               // the thread has nothing left to do
  std::uint64_t rounds_asked = 0;  // by flush()
  std::uint64_t rounds_done = 0;
  batch_exporter* sending = nullptr;  // for cancel()
  std::string last_problem;
};

void batching_sink::state::run() noexcept {
  pthread_setname_np(pthread_self(), "waybill-export");
  std::unique_ptr<batch_exporter> exporter;
  std::unique_lock lock{mutex};
  for (;;) {
    if (rounds_asked == rounds_done && !stopping) {
      wake.wait_for(lock, owner.options_.period, [&] {
        return stopping || rounds_asked > rounds_done ||
               waiting.load(std::memory_order_relaxed) >= owner.options_.wake_at;
      });
    }
    const std::uint64_t round = rounds_asked;
    const bool last = stopping;
    const bool is_waited_for = last || round > rounds_done;
    lock.unlock();
    export_all(take_all(), exporter);
    export_waiting(is_waited_for, exporter.get());
    lock.lock();
    rounds_done = round;
    idle.notify_all();
    if (last) break;
  }
  sending = nullptr;
  lock.unlock();
  exporter.reset();
  lock.lock();
  over = true;
  idle.notify_all();
}

void batching_sink::state::export_all(span_batch batch, std::unique_ptr<batch_exporter>& exporter) noexcept {
  record_block* chain = batch.take_chain();
  while (chain != nullptr) {
    record_block* last = chain;
    for (std::size_t i = 1; i < owner.options_.batch_records && last->next != nullptr; ++i) last = last->next;
    record_block* const rest = std::exchange(last->next, nullptr);
    span_batch part{chain};
    chain = rest;
    export_one(std::move(part), exporter);
  }
}

void batching_sink::state::export_one(span_batch batch, std::unique_ptr<batch_exporter>& exporter) noexcept {
  const std::size_t records = record_count(batch);
  try {
    if (exporter == nullptr) {
      exporter = owner.make_exporter_();
      const std::lock_guard lock{mutex};
      sending = exporter.get();
      if (stopping && sending != nullptr) sending->cancel();
    }
    if (exporter == nullptr) return drop(records, "no exporter could be made");
    exporter->encode(batch);
  } catch (...) {
    return drop(records, describe_caught());
  }
  batch = span_batch{};  // its blocks are free for new records while the encoded bytes wait
  try_until_given_up(*exporter, records);
}

void batching_sink::state::export_waiting(bool all, batch_exporter* exporter) noexcept {
  try {
    if (exporter != nullptr && exporter->encode_waiting(all)) try_until_given_up(*exporter, 0);
  } catch (...) {
    note(describe_caught());
  }
}

void batching_sink::state::try_until_given_up(batch_exporter& exporter, std::size_t records) noexcept {
  const auto began = steady::now();
  auto backoff = owner.options_.first_backoff;
  for (;;) {
    export_outcome outcome;
    try {
      outcome = exporter.send();
    } catch (...) {
      outcome = {.what = export_outcome::kind::refused, .problem = describe_caught()};
    }
    if (outcome.what == export_outcome::kind::sent) {
      return drop(outcome.rejected, std::move(outcome.problem));
    }
    const std::size_t lost = outcome.records.value_or(records);
    note(std::move(outcome.problem));
    const auto delay = outcome.retry_after.count() > 0 ? outcome.retry_after : jittered(backoff);
    // At the end of the process each batch has one try left: it must not be held up by who is not there.
    if (outcome.what == export_outcome::kind::refused || closed.load(std::memory_order_acquire))
      return drop(lost, {});
    const bool given_up = steady::now() + delay - began > owner.options_.give_up_after;
    if (given_up) drop(lost, {});
    std::unique_lock lock{mutex};
    wake.wait_for(lock, delay, [&] { return stopping || closed.load(std::memory_order_acquire); });
    if (given_up)
      return;  // whoever asked to be left alone for longer than a batch may wait is left alone all the same
    if (stopping) {
      lock.unlock();
      return drop(lost, {});
    }
    backoff = std::min(2 * backoff, owner.options_.longest_backoff);
  }
}

batching_sink::batching_sink(exporter_factory make_exporter, batching_options options)
    : make_exporter_(std::move(make_exporter)), options_(options), state_(new state{*this, nullptr}) {}

batching_sink::~batching_sink() {
  shutdown(clock_ms{0});
  state* const last = state_.load();
  if (last->generation != fork_generation()) return;  // there was no memory for one of this process's own
  if (last->thread.joinable()) last->thread.join();   // it refers to this sink
  delete last;
}

// In a child after a fork: mutexes may be locked, the thread is not there, the queue is the parent's. The old state is
// left alone, and a new one begins.
batching_sink::state* batching_sink::living_state() noexcept {
  state* const now = state_.load(std::memory_order_acquire);
  return now->generation == fork_generation() ? now : begin_after_fork(now);
}

batching_sink::state* batching_sink::begin_after_fork(state* now) noexcept {
  auto* const fresh = new (std::nothrow) state{*this, now};
  if (fresh == nullptr) return nullptr;
  fresh->closed = now->closed.load();
  state* expected = now;
  if (state_.compare_exchange_strong(expected, fresh)) return fresh;
  delete fresh;
  return expected;
}

void batching_sink::accept(span_batch&& finished) noexcept {
  record_block* const chain = finished.take_chain();
  if (chain == nullptr) return;
  state* const living = living_state();
  if (living == nullptr || living->closed.load(std::memory_order_acquire)) {
    const span_batch refused{chain};
    dropped_.fetch_add(record_count(refused), std::memory_order_relaxed);
    return;
  }
  living->push(chain);
}

bool batching_sink::flush(clock_ms limit) noexcept {
  state* const living = living_state();
  if (living == nullptr) return false;
  if (!living->started.load(std::memory_order_acquire)) {
    if (living->waiting.load(std::memory_order_relaxed) == 0) return true;  // nothing was ever accepted
    living->start();
    if (!living->starting.test()) return false;  // there is no thread to be had
  }
  const uncancelled held;
  std::unique_lock lock{living->mutex};
  const std::uint64_t mine = ++living->rounds_asked;
  living->wake.notify_all();
  return living->idle.wait_for(lock, limit, [&] { return living->rounds_done >= mine; });
}

bool batching_sink::shutdown(clock_ms limit) noexcept {
  state* const living = living_state();
  if (living == nullptr || living->closed.exchange(true)) return true;
  const uncancelled held;
  const bool all_left =
      limit.count() > 0 ? flush(limit) : living->waiting.load(std::memory_order_relaxed) == 0;
  while (living->starting.test() && !living->started.load(std::memory_order_acquire))
    std::this_thread::yield();
  std::unique_lock lock{living->mutex};
  living->stopping = true;
  if (living->sending != nullptr && !all_left) living->sending->cancel();
  living->wake.notify_all();
  if (living->started.load(std::memory_order_acquire)) {
    const bool over = living->idle.wait_for(lock, stop_grace, [&] { return living->over; });
    lock.unlock();
    if (over) living->thread.join();
  }
  const span_batch left = living->take_all();
  dropped_.fetch_add(record_count(left), std::memory_order_relaxed);
  return all_left && left.empty();
}

std::uint64_t batching_sink::dropped() const noexcept {
  return dropped_.load(std::memory_order_relaxed);
}

std::string batching_sink::last_problem() const noexcept {
  state* const now = state_.load(std::memory_order_acquire);
  if (now->generation != fork_generation()) return {};
  const std::lock_guard lock{now->mutex};
  try {
    return now->last_problem;
  } catch (...) {
    return "out of memory";
  }
}

}  // namespace waybill::inline v0
