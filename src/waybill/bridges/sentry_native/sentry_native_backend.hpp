// sentry-native under waybill's functions: tasks become transactions with op queue.process, spans of waybill their spans.
//
//   waybill::sentry_native_backend backend{{.public_key = "…", .release = "…", .sample_rate = 0.25}};
//   waybill::register_backend(&backend);
//
// Header-only; compiles where sentry.h is (0.7 to 0.16). Starts no second SDK and touches no handler: the application calls
// sentry_init, and may do so later. Calls of the SDK on spans are made one at a time; what the application itself does to the same spans
// is its own to order, as the SDK says.
#pragma once

#include <waybill/bridges/sentry_native/sentry_handle.hpp>
#include <waybill/bridges/sentry_native/trace_description.hpp>
#include <waybill/carrier/contained.hpp>
#include <waybill/tracing/live_spans.hpp>
#include <waybill/tracing/tracing_backend.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

class sentry_native_backend final : public tracing_backend {
 public:
  explicit sentry_native_backend(sentry_native_options options = {}) : options_(std::move(options)) {}

  std::optional<trace_context> current() noexcept override {
    const auto entered = top();
    if (entered == nullptr || !entered->context.ids().span) return std::nullopt;
    return entered->context;
  }

  void run_under(const trace_context& context, function_ref<void()> body) override {
    const auto scope = enter(context);
    body();
  }

  std::unique_ptr<backend_scope> enter(const trace_context& context) noexcept override {
    std::unique_ptr<backend_scope> entered;
    contained([&] { entered = std::make_unique<scope>(*this, context, handle{}); });
    return entered;
  }

  // sentry-native has no current span that could be asked for: this makes one of the application's own waybill's current, until
  // the scope is destroyed. It must live until then. continued: the context whose headers its transaction was updated from,
  // if any.
  std::unique_ptr<backend_scope> enter(sentry_transaction_t* transaction,
                                       const trace_context* continued = nullptr) noexcept {
    return enter(handle{transaction, nullptr}, continued);
  }
  std::unique_ptr<backend_scope> enter(sentry_span_t* span,
                                       const trace_context* continued = nullptr) noexcept {
    return enter(handle{nullptr, span}, continued);
  }

  std::unique_ptr<backend_span> start_span(std::string_view name,
                                           const span_options& options) noexcept override {
    std::unique_ptr<backend_span> started;
    contained([&] { started = start(name, options); });
    return started;
  }

 private:
  using handle = sentry_bridge::sentry_handle;

  // The SDK calls the application from inside: a sampler, or a transport that sends with a client which makes spans. Those
  // spans are not the SDK's, or sending one would make the next.
  class sdk_call {
   public:
    explicit sdk_call(std::recursive_mutex& calls) : lock_(calls) { ++depth(); }
    ~sdk_call() { --depth(); }
    sdk_call(const sdk_call&) = delete;
    sdk_call& operator=(const sdk_call&) = delete;
    bool from_inside() const noexcept { return depth() > 1; }

   private:
    static int& depth() noexcept {
      static thread_local int calls_on_this_thread = 0;
      return calls_on_this_thread;
    }
    std::lock_guard<std::recursive_mutex> lock_;
  };

  struct entry {
    entry(const trace_context& of, handle span) noexcept : context(of), of_application(span) {}
    trace_context context;
    handle
        of_application;  // lives as long as the entry is not left; spans of ours are looked for when they are needed
    std::atomic<bool> left{false};
  };

  // Innermost last. What was left in another order, or on another thread, stays until it is found here.
  static std::vector<std::shared_ptr<entry>>& entered() {
    static thread_local std::vector<std::shared_ptr<entry>> on_this_thread;
    return on_this_thread;
  }
  static entry* top() noexcept {
    auto& stack = entered();
    while (!stack.empty() && stack.back()->left.load(std::memory_order_acquire)) stack.pop_back();
    return stack.empty() ? nullptr : stack.back().get();
  }

  class scope final : public backend_scope {
   public:
    scope(sentry_native_backend& backend, const trace_context& context, handle of_application)
        : backend_(backend), entry_(std::make_shared<entry>(context, of_application)) {
      entered().push_back(entry_);
      backend_.tell_scope();
    }
    ~scope() override {
      entry_->left.store(true, std::memory_order_release);
      if (std::this_thread::get_id() == thread_) backend_.tell_scope();
    }

   private:
    sentry_native_backend& backend_;
    std::shared_ptr<entry> entry_;
    std::thread::id thread_ = std::this_thread::get_id();
  };

  class span final : public backend_span {
   public:
    span(sentry_native_backend& backend, handle made, trace_context context)
        : backend_(backend), span_(made), context_(std::move(context)) {
      backend_.alive_.add(context_.ids(), span_);
    }
    ~span() override { end(); }

    trace_context context() const noexcept override { return context_; }

    void set(std::string_view key, const attribute_value& value) noexcept override {
      if (key == "sentry.op" || value.is_absent()) return;  // the op was given at the start
      const sdk_call call{backend_.calls_};
      contained([&] { span_.set(key, sentry_bridge::to_sentry_value(value)); });
    }
    void fail(std::string_view type, std::string_view message) noexcept override {
      {
        const sdk_call call{backend_.calls_};
        span_.set_status(type == "cancelled" ? SENTRY_SPAN_STATUS_CANCELLED
                                             : SENTRY_SPAN_STATUS_INTERNAL_ERROR);
      }
      set("error.type", type);
      set("error.message", message);
    }
    void end() noexcept override {
      if (!std::exchange(open_, false)) return;
      const sdk_call call{backend_.calls_};
      backend_.alive_.remove(context_.ids());
      span_.finish();
    }

   private:
    sentry_native_backend& backend_;
    handle span_;
    trace_context context_;
    bool open_ = true;
  };

  std::unique_ptr<backend_scope> enter(handle theirs, const trace_context* continued) noexcept {
    std::unique_ptr<backend_scope> made;
    contained([&] {
      auto ids = theirs.ids();
      if (!ids) return;
      const entry* const around = top();
      if (continued == nullptr && around != nullptr && around->context.ids().trace == ids->trace)
        continued = &around->context;
      if (continued == nullptr || continued->ids().decision == sampling_decision::deferred) leave_open(*ids);
      made = std::make_unique<scope>(*this, sentry_bridge::described(*ids, continued, options_, {}), theirs);
    });
    return made;
  }

  std::unique_ptr<backend_span> start(std::string_view name, const span_options& options) {
    const std::string_view op = options.kind == span_kind::consumer   ? "queue.process"
                                : !options.op.empty()                 ? options.op
                                : options.kind == span_kind::producer ? "queue.publish"
                                                                      : "default";
    const trace_context* const parent =
        options.parent != nullptr && options.parent->ids().span ? options.parent : nullptr;
    const sdk_call call{calls_};
    if (call.from_inside()) return nullptr;
    handle made;
    if (const auto alive = parent != nullptr ? find_alive(parent->ids()) : std::nullopt) {
      made.span = alive->start_child(op, name);
    } else {
      made.transaction = start_transaction(op, name, parent);
    }
    if (!made) return nullptr;
    auto ids = made.ids();
    if (!ids) {
      made.finish();
      return nullptr;
    }
    // By its rules the SDK may have begun a trace of its own, with a foreign organisation's for instance.
    const trace_context* const continued =
        parent != nullptr && ids->trace == parent->ids().trace ? parent : nullptr;
    if (continued == nullptr || continued->ids().decision == sampling_decision::deferred) leave_open(*ids);
    if (continued != nullptr) ids->random = continued->ids().random;
    return std::make_unique<span>(*this, made, sentry_bridge::described(*ids, continued, options_, name));
  }

  // A span of waybill's that lives, or one that the application has made current here.
  std::optional<handle> find_alive(const span_ids& ids) const {
    if (const auto found = alive_.find(ids)) return found;
    const entry* const around = top();
    if (around != nullptr && around->of_application && around->context.ids().span == ids.span)
      return around->of_application;
    return std::nullopt;
  }

  sentry_transaction_t* start_transaction(std::string_view op, std::string_view name,
                                          const trace_context* parent) const {
    const std::string title{name};
    auto* const context = sentry_transaction_context_new(title.c_str(), std::string{op}.c_str());
    if (parent != nullptr) {
      char room[max_sentry_trace_size];
      const std::string ids{write_sentry_trace(parent->ids(), room)};
      sentry_transaction_context_update_from_header(context, "sentry-trace", ids.c_str());
      const std::string baggage{parent->baggage()};
      if (!baggage.empty())
        sentry_transaction_context_update_from_header(context, "baggage", baggage.c_str());
    }
    return sentry_transaction_start(context, sentry_value_new_null());
  }

  void leave_open(span_ids& ids) const noexcept {
    if (!options_.sample_rate && ids.decision == sampling_decision::not_sampled)
      ids.decision = sampling_decision::deferred;
  }

  // Says to the SDK's scope what is current on this thread.
  void tell_scope() noexcept {
    if (!options_.use_scope) return;
    const sdk_call call{calls_};
    const entry* const around = top();
    const handle current =
        around != nullptr ? find_alive(around->context.ids()).value_or(handle{}) : handle{};
    if (current.transaction != nullptr) {
      sentry_set_transaction_object(current.transaction);
    } else {
      sentry_set_span(current.span);  // null: nothing
    }
  }

  sentry_native_options options_;
  std::recursive_mutex calls_;
  live_spans<handle> alive_;
};

}  // namespace waybill::inline v0
