// Requests as real SDKs sent them (tests/data/corpus), handed to the receiver as they are.
#include <waybill/receive/otlp_http.hpp>
#include <waybill/store/memory/memory_store.hpp>
#include <waybill/wire/otlp_json.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace waybill;
namespace fs = std::filesystem;

namespace {

std::string read_file(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// Those that came over gRPC go to the HTTP path of their signal; Sentry's are not ours.
std::string path_for(const std::string& about) {
  if (about.find("\"/v1/traces\"") != std::string::npos) return "/v1/traces";
  if (about.find("TraceService/Export") != std::string::npos) return "/v1/traces";
  if (about.find("\"/v1/logs\"") != std::string::npos) return "/v1/logs";
  return {};
}

}  // namespace

TEST_CASE("every OTLP request of real SDKs is taken whole, and can be read back") {
  memory_store store;
  int sent = 0;
  for (const auto& entry : fs::recursive_directory_iterator{WAYBILL_TEST_DATA "/corpus"}) {
    if (entry.path().extension() != ".body") continue;
    const std::string about = read_file(fs::path{entry.path()}.replace_extension(".json"));
    const std::string path = path_for(about);
    if (path.empty()) continue;
    CAPTURE(entry.path().string());
    http_request request{
        .method = "POST", .path = path, .query = {}, .headers = {}, .body = {}, .remote_address = {}};
    request.body = read_file(entry.path());
    const bool is_json = about.find("\"application/json\"") != std::string::npos;
    request.headers.add("Content-Type", is_json ? "application/json" : "application/x-protobuf");
    if (request.body.starts_with("\x1F\x8B")) request.headers.add("Content-Encoding", "gzip");
    std::optional<http_response> answer;
    receive_otlp(std::move(request),
                 http_responder{[&](http_response&& given) { answer = std::move(given); }}, store);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == (is_json ? "{}" : ""));  // nothing rejected, nothing to remark
    ++sent;
  }
  CHECK(sent > 200);
  const auto traces = store.newest({.limit = 100'000});
  REQUIRE(traces);
  CHECK(traces->size() > 100);
  for (const auto& trace : *traces) {
    CAPTURE(trace.to_hex());
    const auto records = store.read(std::span{&trace, 1});
    REQUIRE(records);
    CHECK(records->span_count() + records->log_count() > 0);
  }
}
