#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace meridian {

// What can be wrong with a region of the simulated cloud.
enum class FaultKind : std::uint8_t {
  Healthy,
  Dark,          // Refuses connections, and resets the open ones.
  Slow,          // Everything takes `amount` times as long.
  Throttled,     // 429, with a Retry-After of `amount` seconds where one is given.
  Erroring,      // 500 or 503 with probability `amount`.
  Cutting,       // The answer breaks off, in the middle of a chunk, after `amount` tokens.
  Lying,         // A stream ends properly, `amount` tokens on, but without its terminal event.
  Stalling,      // Takes the request and never answers, or falls silent after `amount` tokens.
  Retired,       // Knows none of its models any more.
  Unauthorized,  // Refuses every credential.
};

struct FaultSpec {
  FaultKind kind = FaultKind::Healthy;
  std::optional<double> amount;  // By kind, above; nothing: the kind's usual one.

  friend bool operator==(const FaultSpec&, const FaultSpec&) = default;
};

// "slow".
std::string_view name_of(FaultKind kind);

// "slow 8".
std::string describe(const FaultSpec& fault);

// What an operator types: {"slow", "8"}, {"dark"}. Failure: a sentence that says what to write.
std::expected<FaultSpec, std::string> parse_fault(std::span<const std::string_view> words);

// What the admin API takes and gives: {"state":"slow","factor":8}, {"state":"erroring",
// "probability":0.5}, {"state":"throttled","retry_after":3}, {"state":"cutting","after_tokens":5}.
std::expected<FaultSpec, std::string> read_fault_json(std::string_view json);
std::string fault_json(const FaultSpec& fault);

}  // namespace meridian
