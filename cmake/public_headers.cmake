# Installs the public headers: those below, and every header of ours that one of them includes. Run by cmake --install.
cmake_policy(VERSION 3.25)

set(next
    waybill.hpp
    start.hpp
    version.hpp
    bridges/opentelemetry/opentelemetry_backend.hpp
    bridges/opentelemetry/waybill_propagator.hpp
    bridges/sentry_native/sentry_native_backend.hpp
    carrier/environment_carrier.hpp
    carrier/header_list_carrier.hpp
    carrier/json_object_carrier.hpp
    context/baggage.hpp
    context/tracestate.hpp
    export/batching_sink.hpp
    export/combined_exporter.hpp
    export/jsonl_exporter.hpp
    export/otlp_exporter.hpp
    export/sentry_exporter.hpp
    propagation/checked_context.hpp
    propagation/extract.hpp
    propagation/inject.hpp
    propagation/restamp.hpp
    queues/sqlite/sqlite_queue.hpp
    task/task_settings.hpp
    task/with_batch_logging.hpp
    tracing/combined_backend.hpp
    tracing/process_propagator.hpp
    tracing/tracer.hpp
    tracing/tracing_backend.hpp)

set(public)
while(next)
  list(POP_FRONT next header)
  if(header IN_LIST public)
    continue()
  endif()
  list(APPEND public ${header})
  set(root ${WAYBILL_SOURCE})
  if(NOT EXISTS ${root}/waybill/${header})
    set(root ${WAYBILL_GENERATED})
  endif()
  get_filename_component(folder ${header} DIRECTORY)
  file(INSTALL ${root}/waybill/${header}
       DESTINATION ${CMAKE_INSTALL_PREFIX}/${WAYBILL_INCLUDE_FOLDER}/waybill/${folder})
  file(STRINGS ${root}/waybill/${header} includes REGEX "^#include <waybill/")
  foreach(line IN LISTS includes)
    string(REGEX REPLACE "^#include <waybill/([^>]+)>.*" "\\1" included "${line}")
    list(APPEND next ${included})
  endforeach()
endwhile()
