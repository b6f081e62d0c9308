// Asks an HTTP API for what it has: the part that all sources over HTTP share.
#pragma once

#include <waybill/http/client.hpp>

#include <memory>
#include <string>

namespace waybill::inline v0::cli {

class api_client {
 public:
  // base: an http or https address, to which paths are appended. Connects with the first question.
  static result<api_client> make(std::string base, const std::string& token);

  const std::string& base() const noexcept { return base_; }

  // Any status is an answer. accept: the media type to ask for; empty: whatever comes.
  result<http_response> ask(const std::string& path, const std::string& accept = {});

 private:
  api_client(std::unique_ptr<http_client> client, std::string base) noexcept
      : client_(std::move(client)), base_(std::move(base)) {}

  std::unique_ptr<http_client> client_;
  std::string base_;
  http_call call_;
};

}  // namespace waybill::inline v0::cli
