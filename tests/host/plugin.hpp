// What a plug-in of the test offers to its host, which knows nothing of waybill. Looked up by name.
#pragma once

struct plugin {
  void (*start)(const char* service, const char* collector);
  void* (*begin_span)(const char* name);  // current until it is ended
  void (*end_span)(void* span);
  const char* (
      *traceparent)();  // what inject writes now; empty outside any trace. Valid until the next call on this thread
  void (*end)();        // of its session
};

using plugin_entry = const plugin* (*)();
