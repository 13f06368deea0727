#include <array>

#include "pricing/price_list.h"

namespace meridian {

namespace {

constexpr auto kRows = std::to_array<PriceRow>({
    {.stem = "phi-3-medium-128k-instruct", .input = usd(1), .output = usd(1)},
    {.stem = "phi-3-mini-128k-instruct", .input = usd(0.1), .output = usd(0.1)},
    {.stem = "phi-3.5-mini-128k-instruct", .input = usd(0.1), .output = usd(0.1)},
    {.stem = "phi-4", .input = usd(0.07), .output = usd(0.14)},
    {.stem = "phi-4-mini-instruct",
     .input = usd(0.08),
     .output = usd(0.35),
     .cache_read = usd(0.08)},
    {.stem = "phi-4-multimodal-instruct", .input = usd(0.05), .output = usd(0.1)},
    {.stem = "phi-4-reasoning-plus", .input = usd(0.07), .output = usd(0.35)},
    {.stem = "wizardlm-2-8x22b", .input = usd(0.48), .output = usd(0.48)},
});

}  // namespace

std::span<const PriceRow> azure_prices() {
  return kRows;
}

}  // namespace meridian
