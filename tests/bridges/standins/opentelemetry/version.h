// A stand-in for opentelemetry-cpp's API, written from its documentation: the names and signatures that waybill's bridge and
// its tests use, and just enough behind them. Its names are theirs, its types are the standard library's (as with their
// option WITH_STL).
#pragma once

#ifndef OPENTELEMETRY_ABI_VERSION_NO
#define OPENTELEMETRY_ABI_VERSION_NO 1
#endif

#if OPENTELEMETRY_ABI_VERSION_NO >= 2
#define OPENTELEMETRY_BEGIN_NAMESPACE namespace opentelemetry::inline v2 {
#else
#define OPENTELEMETRY_BEGIN_NAMESPACE namespace opentelemetry::inline v1 {
#endif
#define OPENTELEMETRY_END_NAMESPACE }
