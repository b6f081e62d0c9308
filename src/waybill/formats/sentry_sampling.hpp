// Sentry's sample_rand and sample_rate: the random number of a trace, and the rate that it was compared with.
//
// A trace is sampled exactly when sample_rand < sample_rate. The number is the one that our own sampler uses, the other way
// round: that one keeps a trace whose randomness is at or above a threshold.
#pragma once

#include <waybill/context/span_ids.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// Decimal text in [0, 1), and in [0, 1]. Empty for everything else.
std::optional<double> read_sample_rand(std::string_view text) noexcept;
std::optional<double> read_sample_rate(std::string_view text) noexcept;

// The randomness that a sampler decides by where this number came with the trace.
std::uint64_t randomness_of(double sample_rand) noexcept;

inline constexpr std::size_t sample_rand_size = 8;  // 0.123456

// The number for a trace that came without one: the same wherever and whenever it is asked, for it is made of randomness.
// Where the rate is known and the decision is taken, on their side of the rate. Empty where no number would be: a rate of 0
// and sampled, a rate of 1 and not.
std::string_view derive_sample_rand(std::uint64_t randomness, std::optional<double> rate,
                                    sampling_decision decision,
                                    std::span<char, sample_rand_size> out) noexcept;

// A rate from 0 to 1 as Sentry's server reads it, such as 0.25.
inline constexpr std::size_t max_sample_rate_size = 32;
std::string_view write_sample_rate(double rate, std::span<char, max_sample_rate_size> out) noexcept;

}  // namespace waybill::inline v0
