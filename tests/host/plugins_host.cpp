// A host without waybill that loads two plug-ins, each with a copy of its own, and uses them from one thread and from many.
// Arguments: the plug-ins, and where their records go. Says what was wrong; silent when nothing was.
#include "plugin.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

int complaints = 0;

void expect(bool holds, const char* claim) {
  if (holds) return;
  std::printf("not so: %s\n", claim);
  ++complaints;
}

struct loaded {
  explicit loaded(const char* path) : library(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (library == nullptr) {
      std::puts(dlerror());
      std::exit(1);
    }
    does = reinterpret_cast<plugin_entry>(dlsym(library, "offered_plugin"))();
  }
  void* library;
  const plugin* does;
};

std::string trace_of(const std::string& traceparent) {
  return traceparent.size() < 35 ? "none" : traceparent.substr(3, 32);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const loaded first{arguments[1]};
  const loaded second{arguments[2]};
  expect(first.does != second.does, "each plug-in has a copy of its own");
  first.does->start("first", arguments[3]);
  second.does->start("second", arguments[3]);

  void* const outer = first.does->begin_span("outer, of the first");
  const std::string in_first = first.does->traceparent();
  expect(second.does->traceparent() == in_first, "what the first made current is current in the second");
  void* const inner = second.does->begin_span("inner, of the second");
  const std::string in_second = second.does->traceparent();
  expect(trace_of(in_second) == trace_of(in_first), "the second continues the first one's trace");
  expect(first.does->traceparent() == in_second, "what the second made current is current in the first");

  first.does->end_span(outer);  // in the wrong order
  expect(first.does->traceparent() == in_second, "a span ended below leaves the upper one current");
  second.does->end_span(inner);
  expect(std::string{second.does->traceparent()}.empty(), "nothing is current at the end");

  // The first goes, with a span open on this thread, one on another thread, and its session running.
  void* const left_open = first.does->begin_span("left open");
  const plugin* const gone = first.does;
  std::thread other{[&] {
    void* const open = gone->begin_span("open on another thread");
    dlclose(first.library);
    void* const above = second.does->begin_span("of the second, above");
    second.does->end_span(above);
    gone->end_span(open);
  }};
  other.join();
  std::thread{[&] { second.does->end_span(second.does->begin_span("of the second, later")); }}.join();
  gone->end_span(left_open);
  second.does->end();
  dlclose(second.library);
  return complaints;
}
