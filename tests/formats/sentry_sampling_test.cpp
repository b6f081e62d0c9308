#include <waybill/context/trace_randomness.hpp>
#include <waybill/formats/sentry_sampling.hpp>
#include <waybill/tracing/sampler.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace waybill;

namespace {

std::string derive(std::uint64_t randomness, std::optional<double> rate, sampling_decision decision) {
  char room[sample_rand_size];
  return std::string{derive_sample_rand(randomness, rate, decision, room)};
}

constexpr std::uint64_t last = randomness_range - 1;

}  // namespace

TEST_CASE("sample_rand is read when it is a decimal number from 0 up to, not including, 1") {
  struct row {
    std::string_view text;
    std::optional<double> number;
    std::string_view why;
  };
  for (const auto& [text, number, why] : {
           row{"0.266", 0.266, "as six decimals or fewer"},
           row{"0.26599042798324235", 0.26599042798324235, "sixteen digits, as JavaScript sends them"},
           row{"0", 0.0, "the least"},
           row{"0.000000", 0.0, "the least, with decimals"},
           row{"1e-7", 1e-7, "an exponent: a number of JSON"},
           row{"0.999999", 0.999999, "the largest of six decimals"},
           row{"1", std::nullopt, "1 is outside"},
           row{"1.0", std::nullopt, "also with a decimal"},
           row{"-0.1", std::nullopt, "negative"},
           row{"-0", std::nullopt, "a sign that says nothing"},
           row{"nan", std::nullopt, "no number"},
           row{"inf", std::nullopt, "no number either"},
           row{"0,5", std::nullopt, "a comma"},
           row{" 0.5", std::nullopt, "a space"},
           row{"0.5x", std::nullopt, "something behind it"},
           row{"", std::nullopt, "nothing"},
       }) {
    CAPTURE(why);
    CHECK(read_sample_rand(text) == number);
  }
  CHECK(read_sample_rate("1") == 1.0);
  CHECK(read_sample_rate("1.0") == 1.0);
  CHECK_FALSE(read_sample_rate("1.01"));
  CHECK_FALSE(read_sample_rate("bogus"));
}

TEST_CASE(
    "a sample_rand that is missing is made of the trace's randomness, on the decision's side of the rate") {
  using enum sampling_decision;
  struct row {
    std::optional<double> rate;
    sampling_decision decision;
    double low, high;
    std::string_view why;
  };
  // The intervals of Sentry's specification.
  for (const auto& [rate, decision, low, high, why] : {
           row{std::nullopt, deferred, 0.0, 1.0, "nothing is known"},
           row{std::nullopt, not_sampled, 0.0, 1.0, "a flag without a rate"},
           row{std::nullopt, sampled, 0.0, 1.0, "the same"},
           row{0.0, deferred, 0.0, 1.0, "a rate without a flag"},
           row{0.0, not_sampled, 0.0, 1.0, "rate 0: everything is at or above it"},
           row{0.5, deferred, 0.0, 1.0, "a rate without a flag"},
           row{0.5, not_sampled, 0.5, 1.0, "not sampled: at or above the rate"},
           row{0.5, sampled, 0.0, 0.5, "sampled: below it"},
           row{1.0, deferred, 0.0, 1.0, "a rate without a flag"},
           row{1.0, sampled, 0.0, 1.0, "rate 1: everything is below it"},
           row{1.0 / 3, sampled, 0.0, 1.0 / 3, "a rate that six decimals cannot say"},
           row{1.0 / 3, not_sampled, 1.0 / 3, 1.0, "rounded up where down would be below the rate"},
           row{1e-9, sampled, 0.0, 1e-9, "only 0.000000 is left"},
       }) {
    CAPTURE(why);
    const auto third = static_cast<std::uint64_t>(static_cast<double>(randomness_range) * 2 / 3);
    for (const auto randomness :
         {std::uint64_t{0}, last, last / 2, last / 2 + 1, third - 1, third, third + 1, last / 7}) {
      const std::string text = derive(randomness, rate, decision);
      REQUIRE(text.size() == 8);
      const auto number = read_sample_rand(text);
      REQUIRE(number);
      CHECK(*number >= low);
      CHECK(*number < high);
      CHECK(derive(randomness, rate, decision) == text);
    }
  }
}

TEST_CASE("where no number would agree with rate and decision there is none") {
  CHECK(derive(5, 0.0, sampling_decision::sampled).empty());
  CHECK(derive(5, 1.0, sampling_decision::not_sampled).empty());
  CHECK(derive(last, 0.9999999, sampling_decision::not_sampled).empty());
}

TEST_CASE("our sampler and Sentry's rule come to the same answer from the same number") {
  for (const double rate : {0.0, 1e-6, 0.01, 0.1, 0.25, 1.0 / 3, 0.5, 0.999, 1.0}) {
    const sampler ours{rate};
    for (int i = 0; i < 2'000; ++i) {
      const auto trace = trace_id::make();
      const auto decision = ours.decide(trace_randomness(trace));
      const std::string text = derive(trace_randomness(trace), rate, decision);
      if (text.empty()) continue;
      CHECK((*read_sample_rand(text) < rate) == (decision == sampling_decision::sampled));
    }
    // And the other way round: Sentry's number decides as Sentry would.
    for (const double sample_rand : {0.0, 0.009999, 0.01, 0.1, 0.25, 0.333333, 0.5, 0.75, 0.999999}) {
      CHECK(ours.would_sample(randomness_of(sample_rand)) == (sample_rand < rate));
    }
  }
}
