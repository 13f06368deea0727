#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/money.h"
#include "regions/fleet.h"
#include "regions/provider.h"

namespace meridian {

// What a deployment charges, in micro-dollars a million tokens: $3.00 is 3'000'000.
struct Price {
  std::int64_t input = 0;
  std::int64_t output = 0;
  std::int64_t cache_read = 0;
  std::int64_t cache_write = 0;
  bool known = false;  // False: nobody told us; sorts as dearest, costs nothing in the books.
  // Prompts of more tokens than this (cached ones count) cost twice for input and half as much
  // again for output, for the whole request; 0 = one price for all lengths. Google's, OpenAI's and
  // Anthropic's long-context prices have this one shape.
  std::int64_t long_prompt_above = 0;

  friend bool operator==(const Price&, const Price&) = default;
};

// Tokens as the provider bills them.
struct TokenCounts {
  std::int64_t input = 0;  // Uncached.
  std::int64_t cache_read = 0;
  std::int64_t cache_write = 0;
  std::int64_t output = 0;
};

// Rounded up to a whole micro-dollar. Counts below zero are taken for zero; absurd ones saturate.
MicroDollars cost_of(const Price& price, const TokenCounts& tokens);

// The built-in list price of a model at a provider in a region, with the regional uplifts that the
// providers publish (residency costs 10 % on newer models). `model` as sent, with Bedrock's profile
// prefix or as an ARN: a `global.` profile is the cheap one. `region` is Location::region. Not
// known: a model that the list lacks, a wildcard, any Compatible server. Sources and date in
// price_list.h.
Price list_price(Provider provider, std::string_view model, std::string_view region);

// The prompt and answer, in tokens, that the model takes at most. Nothing: not known.
std::optional<std::int64_t> context_window(Provider provider, std::string_view model);

}  // namespace meridian
