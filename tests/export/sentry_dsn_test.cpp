#include <waybill/export/sentry_dsn.hpp>

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("a DSN says where envelopes go, whatever it is written like") {
  struct row {
    std::string_view text, key, org, url, why;
  };
  for (const auto& [text, key, org, url, why] : {
           row{"https://abc@o123.ingest.sentry.io/456", "abc", "123",
               "https://o123.ingest.sentry.io/api/456/envelope/", "as sentry.io gives them"},
           row{"https://abc:def@sentry.example/42", "abc", "", "https://sentry.example/api/42/envelope/",
               "with a secret, as before 2019"},
           row{"http://key@127.0.0.1:4318/1", "key", "", "http://127.0.0.1:4318/api/1/envelope/",
               "a server of one's own"},
           row{"http://key@[::1]:8969/1", "key", "", "http://[::1]:8969/api/1/envelope/", "IPv6"},
           row{"https://k@sentry.example/eu/errors/7", "k", "",
               "https://sentry.example/eu/errors/api/7/envelope/", "a path before the project"},
           row{" https://k@sentry.example/7/\n", "k", "", "https://sentry.example/api/7/envelope/",
               "blanks and a slash, from a copy"},
           row{"https://k@sentry.example/7?sentry_version=7", "k", "",
               "https://sentry.example/api/7/envelope/", "a query is cut"},
           row{"https://k@sentry.example:443/7", "k", "", "https://sentry.example/api/7/envelope/",
               "the usual port"},
           row{"https://k@O5.Ingest.sentry.io/7", "k", "5", "https://o5.ingest.sentry.io/api/7/envelope/",
               "hosts have no case"},
           row{"https://k@o5/7", "k", "", "https://o5/api/7/envelope/", "a host that is called so"},
           row{"https://k@o.example/7", "k", "", "https://o.example/api/7/envelope/", "o without a number"},
           row{"https://k@o5x.example/7", "k", "", "https://o5x.example/api/7/envelope/",
               "o and more than a number"},
       }) {
    CAPTURE(why);
    const auto dsn = parse_sentry_dsn(text);
    REQUIRE_MESSAGE(dsn, dsn.error().message);
    CHECK(dsn->public_key == key);
    CHECK(dsn->org_id == org);
    CHECK(dsn->envelope_url() == url);
  }
  CHECK(parse_sentry_dsn("https://abc:def@sentry.example/42")->secret_key == "def");
}

TEST_CASE("what is no DSN is refused with a sentence that keeps the key to itself") {
  struct row {
    std::string_view text, why;
  };
  for (const auto& [text, why] : {
           row{"", "nothing"},
           row{"abc", "no address"},
           row{"ftp://abcdef@sentry.example/1", "another scheme"},
           row{"https://sentry.example/1", "no key"},
           row{"https://:abcdef@sentry.example/1", "a secret, and no key"},
           row{"https://abcdef@sentry.example", "no project"},
           row{"https://abcdef@sentry.example/", "an empty project"},
           row{"https://abcdef@sentry.example/shop", "a project's name, not its number"},
           row{"https://abcdef@sentry.example/12a", "digits and more"},
           row{"https://abcdef@sentry.example/123456789012345678901", "no number is so long"},
           row{"https://abc,def@sentry.example/1", "a key that would break the header"},
           row{"https://abc%0d@sentry.example/1", "an escape in the key"},
           row{"https://abcdef@/1", "no host"},
           row{"https://abcdef@sentry.example:99999/1", "no such port"},
           row{"https://abcdef@sentry.example/1#x", "a fragment"},
           row{"https://abcdef@sentry.example/1\r\nX: y", "a line break inside"},
       }) {
    CAPTURE(why);
    const auto dsn = parse_sentry_dsn(text);
    REQUIRE(!dsn);
    CHECK(dsn.error().code == failure_code::invalid_argument);
    CHECK(dsn.error().message.find("abcdef") == std::string::npos);
    CHECK(dsn.error().message.find("https://KEY@") != std::string::npos);
  }
}
