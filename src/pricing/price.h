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
};

// Tokens as the provider bills them.
struct TokenCounts {
  std::int64_t input = 0;  // Uncached.
  std::int64_t cache_read = 0;
  std::int64_t cache_write = 0;
  std::int64_t output = 0;
};

// Rounded up to a whole micro-dollar.
MicroDollars cost_of(const Price& price, const TokenCounts& tokens);

// The built-in list price of a model at a provider in a region, with the regional uplifts that the
// providers publish (residency costs 10 % on newer models). Sources and date in price.cc.
Price list_price(Provider provider, std::string_view model, std::string_view region);

}  // namespace meridian
