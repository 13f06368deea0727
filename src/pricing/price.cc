#include "pricing/price.h"

#include <algorithm>
#include <initializer_list>
#include <span>

#include "base/check.h"
#include "pricing/price_list.h"
#include "pricing/price_match.h"
#include "regions/bedrock_id.h"

namespace meridian {

namespace {

constexpr std::int64_t kMillion = 1'000'000;

// A sum of charges in millionths of a micro-dollar, kept in two parts so that no product overflows:
// with both limits, four terms stay below 2^63.
class Charge {
 public:
  void add(std::int64_t tokens, std::int64_t price) {
    constexpr std::int64_t kTokensMax = 1'000'000'000'000;
    constexpr std::int64_t kPriceMax = 2'000'000'000'000;
    tokens = std::clamp(tokens, std::int64_t{0}, kTokensMax);
    price = std::clamp(price, std::int64_t{0}, kPriceMax);
    whole_ += tokens / kMillion * price;
    millionths_ += tokens % kMillion * price;
  }

  MicroDollars rounded_up() const { return {whole_ + ((millionths_ + kMillion - 1) / kMillion)}; }

 private:
  std::int64_t whole_ = 0;
  std::int64_t millionths_ = 0;
};

Price for_long_prompts(Price price) {
  price.input *= 2;
  price.cache_read *= 2;
  price.cache_write *= 2;
  price.output = ((price.output * 3) + 1) / 2;
  return price;
}

bool is_long(const Price& price, const TokenCounts& tokens) {
  // From the rest, so that absurd counts do not overflow a sum.
  std::int64_t room = price.long_prompt_above;
  for (const auto count : {tokens.input, tokens.cache_read, tokens.cache_write}) {
    if (count > room) {
      return price.long_prompt_above > 0;
    }
    room -= std::max(count, std::int64_t{0});
  }
  return false;
}

Price scaled(Price price, std::int64_t percent) {
  const auto scale = [percent](std::int64_t value) { return ((value * percent) + 99) / 100; };
  price.input = scale(price.input);
  price.output = scale(price.output);
  price.cache_read = scale(price.cache_read);
  price.cache_write = scale(price.cache_write);
  return price;
}

// A model's row, and the name by which the seller's regional rules know it.
struct Found {
  const PriceRow* row = nullptr;
  bool claude_3_5_sonnet = false;
  bool global_profile = false;
};

Found find_claude(std::string_view name) {
  const auto* row = find_price(claude_prices(), name);
  return {.row = row, .claude_3_5_sonnet = row != nullptr && row->stem == "claude-3-5-sonnet"};
}

Found find_on_bedrock(std::string_view model) {
  constexpr std::string_view kAnthropic = "anthropic.";
  const auto id = read_bedrock_id(model);
  auto found = id.model.starts_with(kAnthropic)
                   ? find_claude(id.model.substr(kAnthropic.size()))
                   : Found{.row = find_price(bedrock_prices(), id.model)};
  found.global_profile = id.scope == "global";
  return found;
}

// "ft:gpt-4o-2024-08-06:my-org::abc" is billed by what was tuned.
std::string_view without_owner(std::string_view model) {
  if (!model.starts_with("ft:")) {
    return model;
  }
  return model.substr(0, model.find(':', 3));
}

// The first list that has it.
Found find_in(std::initializer_list<std::span<const PriceRow>> lists, std::string_view name) {
  for (const auto list : lists) {
    if (const auto* row = find_price(list, name)) {
      return {.row = row};
    }
  }
  return {};
}

Found find(Provider provider, std::string_view model) {
  switch (provider) {
    case Provider::Bedrock:
      return find_on_bedrock(model);
    case Provider::Vertex:
      return find_in({claude_prices(), gemini_prices()}, model);
    case Provider::Gemini:
      return find_in({gemini_prices()}, model);
    case Provider::Anthropic:
      return find_in({claude_prices()}, model);
    case Provider::OpenAi:
      return find_in({openai_prices()}, without_owner(model));
    case Provider::Azure:
      return find_in({azure_prices(), openai_prices(), claude_prices()}, model);
    case Provider::Compatible:
      return {};
  }
  MERIDIAN_CHECK(false);
}

// Claude 3.5 Sonnet on Bedrock, as the product's first users have it in their price table: dollars
// of input in us-east-1 and us-west-2 3.00, in eu-west-1 3.30, in ap-southeast-1 3.60. It gives no
// price for output; the same ratios are taken for all. Other regions are at the list price.
std::int64_t percent_of_claude_3_5_sonnet(std::string_view region) {
  if (region == "eu-west-1") {
    return 110;
  }
  return region == "ap-southeast-1" ? 120 : 100;
}

// Where processing in a region of one's choice costs 10 % more. Vertex and Bedrock ask it of every
// request that does not go to their global endpoint or profile; OpenAI and Anthropic, of those that
// ask for a region. Azure's surcharge follows the SKU, which is not known here, so it has none.
bool is_regional(Provider provider, std::string_view region, bool global_profile) {
  switch (provider) {
    case Provider::Bedrock:
      return !global_profile;
    case Provider::Vertex:
      return region != "global";
    case Provider::OpenAi:
    case Provider::Anthropic:
      return !region.empty() && region != "global" && region != "unknown";
    case Provider::Gemini:
    case Provider::Azure:
    case Provider::Compatible:
      return false;
  }
  MERIDIAN_CHECK(false);
}

std::int64_t or_else(std::int64_t price, std::int64_t otherwise) {
  return price == 0 ? otherwise : price;
}

}  // namespace

MicroDollars cost_of(const Price& price, const TokenCounts& tokens) {
  const auto rates = is_long(price, tokens) ? for_long_prompts(price) : price;
  Charge charge;
  charge.add(tokens.input, rates.input);
  charge.add(tokens.cache_read, rates.cache_read);
  charge.add(tokens.cache_write, rates.cache_write);
  charge.add(tokens.output, rates.output);
  return charge.rounded_up();
}

Price list_price(Provider provider, std::string_view model, std::string_view region) {
  const auto found = find(provider, model);
  if (found.row == nullptr) {
    return {};
  }
  const auto& row = *found.row;
  const Price price{.input = row.input,
                    .output = row.output,
                    .cache_read = or_else(row.cache_read, row.input),
                    .cache_write = or_else(row.cache_write, row.input),
                    .known = true,
                    .long_prompt_above = row.long_prompt_above};
  if (found.claude_3_5_sonnet) {
    return scaled(price, percent_of_claude_3_5_sonnet(region));
  }
  constexpr std::int64_t kRegionalPercent = 110;
  return row.newer && is_regional(provider, region, found.global_profile)
             ? scaled(price, kRegionalPercent)
             : price;
}

std::optional<std::int64_t> context_window(Provider provider, std::string_view model) {
  const auto* row = find(provider, model).row;
  if (row == nullptr || row->window == 0) {
    return std::nullopt;
  }
  return row->window;
}

}  // namespace meridian
