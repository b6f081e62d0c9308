#include <waybill/cli/trace_source.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/base/hex.hpp>
#include <waybill/cli/server_source.hpp>
#include <waybill/cli/store_source.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace waybill::inline v0::cli {

std::string default_store_path() {
  if (const char* const data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/') {
    return std::string{data} + "/waybill";
  }
  const char* const home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string{home} + "/.local/share/waybill" : "waybill-store";
}

result<std::unique_ptr<trace_source>> open_source(const source_choice& choice) {
  if (!choice.store.empty()) return open_store_source(choice.store);
  if (choice.from.find("://") != choice.from.npos) {
    return open_server_source(choice.from, choice.token);
  }
  if (!choice.from.empty()) return open_file_source(choice.from);

  auto server = open_server_source("http://" + std::string{default_address}, choice.token);
  if (server) return server;
  auto store = open_store_source(default_store_path());
  if (store) return store;
  return failure{failure_code::not_found,
                 "there are no traces to look at: no server on " + std::string{default_address} +
                     ", and no store in " + default_store_path() +
                     ". Start one with waybill serve, or say --store PATH or --from URL|FILE"};
}

void tell_problems(trace_source& source) {
  const auto state = source.state();
  if (!state) return;  // a server of another version: it has no such address
  for (const auto& problem : state->problems) std::fprintf(stderr, "waybill: %s\n", problem.c_str());
}

result<trace_id> resolve_trace(trace_source& source, const std::string& name) {
  if (name == "latest") {
    auto newest = source.newest({.limit = 1});
    if (!newest) return newest.error();
    if (newest->empty()) return failure{failure_code::not_found, "there are no traces yet"};
    return newest->front();
  }
  std::string prefix;
  for (const char c : name) prefix += ascii_lower(c);
  const bool hex = std::all_of(prefix.begin(), prefix.end(), [](char c) { return hex_digit(c) >= 0; });
  if (prefix.empty() || prefix.size() > 32 || !hex) {
    return failure{
        failure_code::invalid_argument,
        "\"" + name +
            "\" is no trace: say latest, or the first digits of a trace id (waybill list shows them)"};
  }
  if (const auto whole = trace_id::from_hex(prefix)) return *whole;
  auto found = source.find(prefix, 4);
  if (!found) return found.error();
  if (found->empty())
    return failure{failure_code::not_found, "there is no trace whose id begins with " + prefix};
  if (found->size() == 1) return found->front();
  std::string candidates;
  for (const auto& one : *found) candidates += " " + one.to_hex();
  return failure{failure_code::invalid_argument,
                 "several traces begin with " + prefix + ", say more digits:" + candidates};
}

}  // namespace waybill::inline v0::cli
