// A default tracer over a collecting sink, for the length of a test.
#pragma once

#include "collecting_sink.hpp"

#include <waybill/tracing/tracer.hpp>

namespace waybill::fakes {

class test_tracer {
 public:
  explicit test_tracer(tracer_options options = {}) {
    auto sink = std::make_unique<collecting_sink>();
    sink_ = sink.get();
    options.sink = std::move(sink);
    if (options.resource.empty()) options.resource = {{"service.name", "test"}};
    tracer_ = &tracer::make(std::move(options));
    set_default_tracer(tracer_);
  }
  ~test_tracer() {
    set_default_tracer(nullptr);
    tracer_->close();
    sink_->clear();
  }
  collecting_sink* operator->() const { return sink_; }
  tracer& get() const { return *tracer_; }

 private:
  collecting_sink* sink_;
  tracer* tracer_;
};

}  // namespace waybill::fakes
