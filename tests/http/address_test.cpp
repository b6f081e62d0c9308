#include <waybill/http/address.hpp>
#include <waybill/http/url.hpp>

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("a host and port are read as people write them") {
  struct row {
    std::string_view text;
    std::string_view host;
    unsigned port;
    std::string_view why;
  };
  for (const auto& [text, host, port, why] : {
           row{"127.0.0.1:4318", "127.0.0.1", 4318, "IPv4"},
           row{"LocalHost", "localhost", 80, "no port: the default; names have no case"},
           row{"[::1]:4318", "::1", 4318, "IPv6 in brackets"},
           row{"[::1]", "::1", 80, "brackets without a port"},
           row{"::1", "::1", 80, "IPv6 without brackets cannot have a port"},
           row{"my-host.example_1:1", "my-host.example_1", 1, "names of containers have underscores"},
           row{"0.0.0.0:0", "0.0.0.0", 0, "port 0 asks for any free one"},
       }) {
    CAPTURE(why);
    const auto address = parse_host_port(text, 80);
    REQUIRE(address.has_value());
    CHECK(address->host == host);
    CHECK(address->port == port);
  }
}

TEST_CASE("what is no host and port is refused with a sentence") {
  struct row {
    std::string_view text;
    std::string_view why;
  };
  for (const auto& [text, why] : {
           row{"", "nothing"},
           row{":4318", "no host"},
           row{"localhost:", "a colon without a port"},
           row{"localhost:http", "a port in letters"},
           row{"localhost:65536", "a port above 65535"},
           row{"localhost:-1", "a negative port"},
           row{"localhost:4318 ", "a space behind it"},
           row{"[::1", "an open bracket"},
           row{"[127.0.0.1]:80", "brackets around IPv4"},
           row{"[::1]4318", "no colon behind the bracket"},
           row{"::1:4318:", "neither IPv6 nor a name"},
           row{"host/path", "a path"},
           row{"user@host", "a user"},
           row{std::string_view{"local\0host", 10}, "a zero byte"},
       }) {
    CAPTURE(why);
    const auto address = parse_host_port(text, 80);
    REQUIRE_FALSE(address.has_value());
    CHECK(address.error().message.ends_with("localhost:4318."));
  }
}

TEST_CASE("loopback is what only this machine can reach") {
  for (const std::string_view host : {"localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.255.0.9",
                                      "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"}) {
    CAPTURE(host);
    CHECK(is_loopback_host(host));
  }
  for (const std::string_view host : {"", "0.0.0.0", "::", "128.0.0.1", "127.0.0.1.example", "127.1",
                                      "localhost.example", "::2", "::ffff:128.0.0.1", "2130706433"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback_host(host));
  }
  CHECK(is_wildcard_host("0.0.0.0"));
  CHECK(is_wildcard_host("::"));
  CHECK_FALSE(is_wildcard_host("127.0.0.1"));
}

TEST_CASE("an http address is taken apart, and its origin leaks neither user nor path") {
  const auto url = parse_http_url("HTTPS://key:pass@Host.Example:8443/api/1/?a=b?c");
  REQUIRE(url.has_value());
  CHECK(url->scheme == "https");
  CHECK(url->user_info == "key:pass");
  CHECK(url->host == "host.example");
  CHECK(url->port == 8443);
  CHECK(url->path == "/api/1/");
  CHECK(url->query == "a=b?c");
  CHECK(url->origin() == "https://host.example:8443");

  CHECK(parse_http_url("http://localhost")->path == "/");
  CHECK(parse_http_url("http://localhost")->port == 80);
  CHECK(parse_http_url("https://localhost?x")->query == "x");
  CHECK(parse_http_url("https://[::1]")->origin() == "https://[::1]");
}

TEST_CASE("what is no http address is refused, and a password in it is not repeated") {
  struct row {
    std::string_view text;
    std::string_view why;
  };
  for (const auto& [text, why] : {
           row{"", "nothing"},
           row{"localhost:4318", "no scheme"},
           row{"ftp://localhost", "another scheme"},
           row{"file:///etc/passwd", "a file"},
           row{"http://", "no host"},
           row{"http:///v1/traces", "no host before the path"},
           row{"http://localhost:0/", "port 0"},
           row{"http://localhost:99999/", "no such port"},
           row{"http://local host/", "a space"},
           row{"http://localhost/\r\nX: y", "a line break"},
           row{"http://good.example\\@evil.example/", "a backslash, which readers disagree about"},
           row{"http://localhost/#top", "a fragment"},
       }) {
    CAPTURE(why);
    CHECK_FALSE(parse_http_url(text).has_value());
  }
  CHECK(parse_http_url("http://me:secret@local host/").error().message.find("secret") == std::string::npos);
  CHECK(parse_http_url("ftp://me:secret@localhost/").error().message.find("secret") == std::string::npos);
}
