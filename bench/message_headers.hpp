// The headers that are measured: those of the peers' measurements, the two that they do not know, five keys of somebody else.
#pragma once

#include <waybill/carrier/metadata.hpp>

#include <initializer_list>
#include <string>

namespace waybill::bench {

inline metadata foreign_keys() {
  return {{"organizationId", "org_1"},
          {"userId", "user_1"},
          {"requestId", "req_1"},
          {"priority", "high"},
          {"region", "eu-1"}};
}

inline metadata only_traceparent() {
  metadata headers = foreign_keys();
  headers["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  return headers;
}

inline metadata three_headers() {
  metadata headers = only_traceparent();
  headers["tracestate"] = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,acme=abc123x";
  headers["baggage"] = "userId=alice,serverNode=DF%2028,isProduction=false";
  return headers;
}

inline metadata five_headers() {
  metadata headers = three_headers();
  headers["sentry-trace"] = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1";
  headers["waybill"] = "s=1732440000000;p=00f067aa0ba902b7;q=9f86d081";
  return headers;
}

}  // namespace waybill::bench
