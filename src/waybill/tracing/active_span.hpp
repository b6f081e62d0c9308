// A span that is current until it is destroyed: what start_span returns, for the block of code it stands in.
#pragma once

#include <waybill/tracing/detached_span.hpp>

namespace waybill::inline v0 {

struct context_node;
class backend_scope;

// Cannot be moved, because it is current on the thread that made it. Must be destroyed on that thread, and not across a
// co_await: use detached_span with resume_in there. An exception that passes through marks the span as failed.
class [[nodiscard]] active_span {
 public:
  explicit active_span(detached_span started) noexcept;
  // What start_span returns, made where it stays.
  active_span(tracer* made_by, std::string_view name, const span_options& options) noexcept;
  ~active_span();
  active_span(const active_span&) = delete;
  active_span& operator=(const active_span&) = delete;

  bool recording() const noexcept { return span_.recording(); }
  const std::optional<trace_context>& context() const noexcept { return span_.context(); }

  void set(std::string_view key, const attribute_value& value) noexcept { span_.set(key, value); }
  void set(std::initializer_list<attribute> attributes) noexcept { span_.set(attributes); }
  void add_event(std::string_view name, std::initializer_list<attribute> attributes = {}) noexcept {
    span_.add_event(name, attributes);
  }
  void add_link(const trace_context& other, std::initializer_list<attribute> attributes = {}) noexcept {
    span_.add_link(other, attributes);
  }
  void fail(std::string_view type, std::string_view message) noexcept { span_.fail(type, message); }
  void fail(std::string_view message) noexcept { span_.fail(message); }
  void fail_with(const std::exception& error) noexcept { span_.fail_with(error); }

 private:
  void enter() noexcept;

  detached_span span_;
  context_node* node_ = nullptr;
  backend_scope* scope_ = nullptr;  // owned
  int exceptions_in_flight_ = 0;
};

// A child of what is current (options can say otherwise), and current itself until destroyed.
active_span start_span(std::string_view name, const span_options& options = {}) noexcept;
active_span start_span(tracer& made_by, std::string_view name, const span_options& options = {}) noexcept;

}  // namespace waybill::inline v0
