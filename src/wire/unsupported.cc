#include "wire/unsupported.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "wire/failures.h"

namespace meridian {

bool Unsupported::dropped_by_name(std::string_view field) const {
  return std::ranges::find(rules_.additional_drop_params, field) !=
         rules_.additional_drop_params.end();
}

void Unsupported::field(std::string_view name, std::string_view why) {
  if (rules_.drop_params || dropped_by_name(name)) {
    return;
  }
  fields_ += fmt::format("{}`{}`{}{}", count_ > 0 ? ", " : "", name, why.empty() ? "" : " ", why);
  ++count_;
}

std::optional<Failure> Unsupported::failure() const {
  if (count_ == 0) {
    return std::nullopt;
  }
  return bad_request(fmt::format("{} cannot be sent to {} ({}); leave {} out, or set `drop_params: "
                                 "true` for this deployment",
                                 fields_,
                                 rules_.provider_name,
                                 rules_.model,
                                 count_ == 1 ? "it" : "them"),
                     "unsupported_parameter");
}

ForeignField judge_openai_field(std::string_view name, std::string_view json) {
  struct Known {
    std::string_view name;
    std::string_view harmless_value;  // "*": whatever it is. Empty: never.
  };

  // Hints ("*") change neither what is answered nor its shape. `metadata` and `user` are read by
  // the gateway itself. `service_tier` is judged by the writers.
  constexpr std::array<Known, 24> kKnown{{
      {"metadata", "*"},
      {"prompt_cache_key", "*"},
      {"prompt_cache_options", "*"},
      {"prompt_cache_retention", "*"},
      {"safety_identifier", "*"},
      {"prediction", "*"},
      {"frequency_penalty", "0"},
      {"presence_penalty", "0"},
      {"logit_bias", "{}"},
      {"logprobs", "false"},
      {"top_logprobs", "0"},
      {"store", "false"},
      {"modalities", R"(["text"])"},
      {"verbosity", R"("medium")"},
      {"functions", "[]"},
      {"function_call", R"("none")"},
      {"audio", ""},
      {"web_search_options", ""},
      {"moderation", ""},
      {"tool_choice", ""},
      {"response_format", ""},
      {"suffix", ""},
      {"best_of", "1"},
      {"echo", "false"},
  }};
  const auto* known = std::ranges::find(kKnown, name, &Known::name);
  if (known == kKnown.end()) {
    return ForeignField::Unknown;
  }
  const auto number = json.ends_with(".0") ? json.substr(0, json.size() - 2) : json;
  const bool harmless = known->harmless_value == "*" || known->harmless_value == number;
  return harmless ? ForeignField::Harmless : ForeignField::Impossible;
}

}  // namespace meridian
