#include <array>

#include "pricing/price_list.h"

namespace meridian {

namespace {

// Nova 2 Lite is listed at the price of its global profile.
constexpr auto kRows = std::to_array<PriceRow>({
    {.stem = "amazon.nova-lite", .input = usd(0.06), .output = usd(0.24), .cache_read = usd(0.015)},
    {.stem = "amazon.nova-micro",
     .input = usd(0.035),
     .output = usd(0.14),
     .cache_read = usd(0.00875)},
    {.stem = "amazon.nova-premier",
     .input = usd(2.5),
     .output = usd(12.5),
     .cache_read = usd(0.625)},
    {.stem = "amazon.nova-pro", .input = usd(0.8), .output = usd(3.2), .cache_read = usd(0.2)},
    {.stem = "amazon.titan-text-express", .input = usd(0.2), .output = usd(0.6)},
    {.stem = "amazon.titan-text-lite", .input = usd(0.15), .output = usd(0.2)},
    {.stem = "deepseek.r1", .input = usd(1.35), .output = usd(5.4)},
    {.stem = "google.gemma-3-12b-it", .input = usd(0.09), .output = usd(0.29)},
    {.stem = "google.gemma-3-27b-it", .input = usd(0.23), .output = usd(0.38)},
    {.stem = "google.gemma-3-4b-it", .input = usd(0.04), .output = usd(0.08)},
    {.stem = "meta.llama3-1-70b-instruct", .input = usd(0.72), .output = usd(0.72)},
    {.stem = "meta.llama3-1-8b-instruct", .input = usd(0.22), .output = usd(0.22)},
    {.stem = "meta.llama3-2-11b-instruct", .input = usd(0.16), .output = usd(0.16)},
    {.stem = "meta.llama3-2-1b-instruct", .input = usd(0.1), .output = usd(0.1)},
    {.stem = "meta.llama3-2-3b-instruct", .input = usd(0.15), .output = usd(0.15)},
    {.stem = "meta.llama3-2-90b-instruct", .input = usd(0.72), .output = usd(0.72)},
    {.stem = "meta.llama3-3-70b-instruct", .input = usd(0.72), .output = usd(0.72)},
    {.stem = "meta.llama3-70b-instruct", .input = usd(2.65), .output = usd(3.5)},
    {.stem = "meta.llama3-8b-instruct", .input = usd(0.3), .output = usd(0.6)},
    {.stem = "meta.llama4-maverick-17b-instruct", .input = usd(0.24), .output = usd(0.97)},
    {.stem = "meta.llama4-scout-17b-instruct", .input = usd(0.17), .output = usd(0.66)},
    {.stem = "mistral.devstral-2-123b", .input = usd(0.4), .output = usd(2)},
    {.stem = "mistral.magistral-small-2509", .input = usd(0.5), .output = usd(1.5)},
    {.stem = "mistral.ministral-3-14b-instruct", .input = usd(0.2), .output = usd(0.2)},
    {.stem = "mistral.ministral-3-3b-instruct", .input = usd(0.1), .output = usd(0.1)},
    {.stem = "mistral.ministral-3-8b-instruct", .input = usd(0.15), .output = usd(0.15)},
    {.stem = "mistral.mistral-7b-instruct", .input = usd(0.15), .output = usd(0.2)},
    {.stem = "mistral.mistral-large-2402", .input = usd(4), .output = usd(12)},
    {.stem = "mistral.mistral-large-3-675b-instruct", .input = usd(0.5), .output = usd(1.5)},
    {.stem = "mistral.mistral-small-2402", .input = usd(1), .output = usd(3)},
    {.stem = "mistral.mixtral-8x7b-instruct", .input = usd(0.45), .output = usd(0.7)},
    {.stem = "mistral.pixtral-large-2502", .input = usd(2), .output = usd(6)},
    {.stem = "mistral.voxtral-mini-3b-2507", .input = usd(0.04), .output = usd(0.04)},
    {.stem = "mistral.voxtral-small-24b-2507", .input = usd(0.1), .output = usd(0.3)},
    {.stem = "nvidia.nemotron-nano-3-30b", .input = usd(0.06), .output = usd(0.24)},
    {.stem = "nvidia.nemotron-nano-9b", .input = usd(0.06), .output = usd(0.23)},
    {.stem = "nvidia.nemotron-super-3-120b", .input = usd(0.15), .output = usd(0.65)},
    {.stem = "openai.gpt-5.4", .input = usd(2.75), .output = usd(16.5), .cache_read = usd(0.275)},
    {.stem = "openai.gpt-5.5", .input = usd(5.5), .output = usd(33), .cache_read = usd(0.55)},
    {.stem = "openai.gpt-oss-120b-1", .input = usd(0.15), .output = usd(0.6)},
    {.stem = "openai.gpt-oss-20b-1", .input = usd(0.07), .output = usd(0.3)},
    {.stem = "qwen.qwen3-32b", .input = usd(0.15), .output = usd(0.6)},
    {.stem = "qwen.qwen3-coder-30b-a3b", .input = usd(0.15), .output = usd(0.6)},
    {.stem = "qwen.qwen3-coder-480b-a35b", .input = usd(0.45), .output = usd(1.8)},
    {.stem = "qwen.qwen3-vl-235b-a22b", .input = usd(0.53), .output = usd(2.66)},
    {.stem = "amazon.nova-2-lite",
     .input = usd(0.3),
     .output = usd(2.5),
     .cache_read = usd(0.075),
     .newer = true},
    {.stem = "amazon.titan-embed-text-v1", .input = usd(0.1), .output = usd(0)},
});

}  // namespace

std::span<const PriceRow> bedrock_prices() {
  return kRows;
}

}  // namespace meridian
