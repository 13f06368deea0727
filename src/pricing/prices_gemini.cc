#include <array>

#include "pricing/price_list.h"

namespace meridian {

namespace {

// Gemini 1.5 also has a price for prompts above 128,000 tokens, of another shape; it is retired,
// and left at its base price. Vertex asks its surcharge of "current" models: here, Gemini 3 and
// later.
constexpr auto kRows = std::to_array<PriceRow>({
    {.stem = "gemini-pro", .input = usd(0.125), .output = usd(0.375), .window = 32'768},
    {.stem = "gemini-1.0-pro", .input = usd(0.125), .output = usd(0.375), .window = 32'768},
    {.stem = "gemini-1.5-flash-8b",
     .input = usd(0.0375),
     .output = usd(0.15),
     .cache_read = usd(0.01),
     .window = 1'000'000},
    {.stem = "gemini-1.5-flash",
     .input = usd(0.075),
     .output = usd(0.3),
     .cache_read = usd(0.01875),
     .window = 1'000'000},
    {.stem = "gemini-1.5-pro", .input = usd(1.25), .output = usd(5), .window = 1'000'000},
    {.stem = "gemini-2.0-flash",
     .input = usd(0.1),
     .output = usd(0.4),
     .cache_read = usd(0.025),
     .window = 1'000'000},
    {.stem = "gemini-2.0-flash-lite", .input = usd(0.075), .output = usd(0.3), .window = 1'000'000},
    {.stem = "gemini-2.0-flash-thinking",
     .input = usd(0.1),
     .output = usd(0.4),
     .cache_read = usd(0.025),
     .window = 1'000'000},
    {.stem = "gemini-2.5-flash", .input = usd(0.3), .output = usd(2.5), .cache_read = usd(0.03)},
    {.stem = "gemini-2.5-flash-lite",
     .input = usd(0.1),
     .output = usd(0.4),
     .cache_read = usd(0.01),
     .window = 1'000'000},
    {.stem = "gemini-2.5-pro",
     .input = usd(1.25),
     .output = usd(10),
     .cache_read = usd(0.125),
     .long_prompt_above = 200'000},
    {.stem = "gemini-3-flash",
     .input = usd(0.5),
     .output = usd(3),
     .cache_read = usd(0.05),
     .window = 1'000'000,
     .newer = true},
    {.stem = "gemini-3-pro",
     .input = usd(2),
     .output = usd(12),
     .cache_read = usd(0.2),
     .newer = true,
     .long_prompt_above = 200'000},
    {.stem = "gemini-3.1-flash-lite",
     .input = usd(0.25),
     .output = usd(1.5),
     .cache_read = usd(0.025),
     .window = 1'000'000,
     .newer = true},
    {.stem = "gemini-3.1-pro",
     .input = usd(2),
     .output = usd(12),
     .cache_read = usd(0.2),
     .newer = true,
     .long_prompt_above = 200'000},
    {.stem = "gemini-3.5-flash",
     .input = usd(1.5),
     .output = usd(9),
     .cache_read = usd(0.15),
     .window = 1'000'000,
     .newer = true},
    {.stem = "gemini-3.5-flash-lite",
     .input = usd(0.3),
     .output = usd(2.5),
     .cache_read = usd(0.03),
     .window = 1'000'000,
     .newer = true},
    {.stem = "gemini-3.6-flash",
     .input = usd(1.5),
     .output = usd(7.5),
     .cache_read = usd(0.15),
     .window = 1'000'000,
     .newer = true},
    {.stem = "gemini-embedding", .input = usd(0.15), .output = usd(0)},
    {.stem = "gemma-2-27b-it", .input = usd(0.65), .output = usd(0.65)},
    {.stem = "gemma-4-26b-a4b-it", .input = usd(0.06), .output = usd(0.33)},
    {.stem = "gemma-4-31b-it", .input = usd(0.12), .output = usd(0.36), .cache_read = usd(0.09)},
});

}  // namespace

std::span<const PriceRow> gemini_prices() {
  return kRows;
}

}  // namespace meridian
