// What producers and tasks use: one light header. Configuration is in <waybill/start.hpp>, once beside main.
#pragma once

#include <waybill/carrier/list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/task/start_task.hpp>
#include <waybill/task/with_task_logging.hpp>
#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/extract_trace_context.hpp>
#include <waybill/tracing/inject_trace_context.hpp>
#include <waybill/tracing/run_in.hpp>
