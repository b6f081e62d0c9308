#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/baggage_list.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace waybill;

namespace {

const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string span = "00f067aa0ba902b7";

}  // namespace

TEST_CASE("of others' baggage goes on what the list lets through, byte for byte and in order") {
  struct row {
    std::string_view list;
    std::string_view came;
    std::string_view goes_on;
    std::string_view why;
  };
  for (const auto& [list, came, goes_on, why] : {
           row{"allow:a,b*", "a=1, b=2;p=1 ,bc=3,c=4", "a=1, b=2;p=1 ,bc=3", "named, or beginning so"},
           row{"allow:c", "a=1,b=2,c=3", "c=3", "the last alone"},
           row{"allow:", "a=1,b=2", "", "nothing"},
           row{"allow:*", "a=1,b=2", "a=1,b=2", "everything"},
           row{"deny:b", "a=1,b=2,c=3", "a=1,c=3", "one in the middle"},
           row{"deny: a , , c* ", "a=1,b=2,c=3,cd=4", "b=2", "white space and empty places in the list"},
           row{"deny:*", "a=1,b=2", "", "nothing"},
           row{"deny:A", "a=1", "a=1", "keys compare with case"},
           row{"deny:a", "a=1,b=2,a=3", "b=2", "all of one key"},
           row{"deny:b", "a=1,=x,b=2", "a=1", "what is not valid goes anyway"},
           row{"deny:x", "a=1,b=2", "a=1,b=2", "nothing of the list is there"},
           row{"deny:*", "a=1,sentry-environment=e,sentry-sample_rand=0.5",
               "sentry-environment=e,sentry-sample_rand=0.5", "Sentry's stay where no key names them"},
           row{"deny:s*", "sentry-environment=e,sentry-sample_rand=0.5,s=1",
               "sentry-environment=e,sentry-sample_rand=0.5", "s* does not name them"},
           row{"allow:a", "a=1,sentry-environment=e,sentry-sample_rand=0.5",
               "a=1,sentry-environment=e,sentry-sample_rand=0.5", "nor does a list of others"},
           row{"deny:sentry-*", "a=1,sentry-environment=e", "a=1", "named, and no number of ours instead"},
           row{"allow:a,sentry-environment", "a=1,sentry-environment=e,sentry-release=r",
               "a=1,sentry-environment=e", "named, so the list is about all of them"},
           row{"deny:sentry-environment", "sentry-environment=e,sentry-sample_rand=0.5",
               "sentry-sample_rand=0.5", "one of them"},
       }) {
    CAPTURE(why);
    const auto read = baggage_list::parse(list);
    REQUIRE_MESSAGE(read, read.error().message);
    const propagator formats = default_formats.with_baggage_list(&*read);
    const metadata sent{{"traceparent", "00-" + trace + "-" + span + "-01"},
                        {"sentry-trace", trace + "-" + span + "-1"},
                        {"baggage", std::string{came}}};
    const extracted found = extract(sent, formats);
    REQUIRE(found.baggage().size() == 1);
    CHECK(found.baggage()[0] == came);  // what is read is what came
    const trace_context context = found.to_context();
    CHECK(context.baggage() == goes_on);
    CHECK(context.ids().span->to_hex() == span);
    metadata next;
    inject(context, next);
    CHECK(next["baggage"] == goes_on);
    CHECK(extract(sent).to_context().baggage().find("a=1") == came.find("a=1"));  // no list, no change
  }
}

TEST_CASE("a propagator keeps its list when waybill is put to its formats") {
  const auto list = baggage_list::parse("deny:a");
  REQUIRE(list);
  const auto chosen =
      propagator::from_names("tracecontext,baggage")->with_baggage_list(&*list).with_waybill();
  CHECK(chosen.baggage() == &*list);
  CHECK(default_formats.baggage() == nullptr);
}

TEST_CASE("a list that cannot be used is refused with a sentence") {
  struct row {
    std::string_view list;
    std::string_view sentence;
  };
  for (const auto& [list, sentence] : {
           row{"tenant",
               "\"tenant\" should be allow: or deny: and keys with commas between, like "
               "allow:tenant,region* or deny:user*"},
           row{"",
               "\"\" should be allow: or deny: and keys with commas between, like allow:tenant,region* or "
               "deny:user*"},
           row{"deny:", "\"deny:\" denies nothing; keys are missing, like deny:user*"},
           row{"allow:a,*b", "\"*b\": a * can only stand at the end of a name"},
       }) {
    CAPTURE(list);
    const auto read = baggage_list::parse(list);
    REQUIRE(!read);
    CHECK(read.error().message == sentence);
  }
}
