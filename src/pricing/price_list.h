#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace meridian {

// The list prices that list_price() reads: facts from pydantic/genai-prices 0.1.8 (npm), which
// keeps the vendors' own pages; taken on 25 November 2026, prices in force on that day. Left out:
// models that do not answer with text, prices for audio and images, and the Batch and flex tariffs.

// Dollars a million tokens, as they are published, in the books' unit.
consteval std::int64_t usd(double dollars) {
  const double exact = dollars * 1'000'000;
  const auto whole = static_cast<std::int64_t>(exact);
  return exact - static_cast<double>(whole) < 0.5 ? whole : whole + 1;
}

struct PriceRow {
  // The model's name without the parts that tell one release from another (is_release, in
  // price_match.h): "gpt-4o" stands for gpt-4o-2024-08-06 too, and not for gpt-4o-mini.
  std::string_view stem;
  std::int64_t input = 0;
  std::int64_t output = 0;
  std::int64_t cache_read = 0;   // 0 = no price of its own: as input.
  std::int64_t cache_write = 0;  // Likewise.
  std::int64_t window = 0;       // Tokens; 0 = not known.
  bool newer = false;            // Regional processing costs 10 % more, wherever it is sold.
  std::int64_t long_prompt_above = 0;
};

std::span<const PriceRow> claude_prices();   // Without "anthropic."; all sellers ask the same.
std::span<const PriceRow> bedrock_prices();  // The rest of Bedrock, with the maker's name.
std::span<const PriceRow> gemini_prices();
std::span<const PriceRow> openai_prices();
std::span<const PriceRow> azure_prices();  // What Azure has beyond OpenAI's.

}  // namespace meridian
