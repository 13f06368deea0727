#include "wire/unsupported.h"

#include <algorithm>
#include <array>
#include <span>
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

namespace {

struct Known {
  std::string_view name;
  std::string_view harmless_value;  // "*": whatever it is. Empty: never.
};

// Hints ("*") change neither what is answered nor its shape. `metadata` and `user` are read by
// the gateway itself. `service_tier` is judged by the writers.
constexpr std::array kOpenAi{
    Known{"metadata", "*"},
    Known{"prompt_cache_key", "*"},
    Known{"prompt_cache_options", "*"},
    Known{"prompt_cache_retention", "*"},
    Known{"safety_identifier", "*"},
    Known{"prediction", "*"},
    Known{"frequency_penalty", "0"},
    Known{"presence_penalty", "0"},
    Known{"logit_bias", "{}"},
    Known{"logprobs", "false"},
    Known{"top_logprobs", "0"},
    Known{"store", "false"},
    Known{"modalities", R"(["text"])"},
    Known{"verbosity", R"("medium")"},
    Known{"functions", "[]"},
    Known{"function_call", R"("none")"},
    Known{"audio", ""},
    Known{"web_search_options", ""},
    Known{"moderation", ""},
    Known{"tool_choice", ""},
    Known{"response_format", ""},
    Known{"suffix", ""},
    Known{"best_of", "1"},
    Known{"echo", "false"},
};

// What the Responses API has besides. Nothing is stored whatever `store` says; thoughts are always
// shown and always come with what proves them; only hosted tools count as `max_tool_calls`.
constexpr std::array kResponses{
    Known{"store", "*"},
    Known{"include", "[]"},
    Known{"include", R"(["reasoning.encrypted_content"])"},
    Known{"reasoning", "*"},
    Known{"text", R"({"verbosity":"medium"})"},
    Known{"truncation", R"("disabled")"},
    Known{"max_tool_calls", "*"},
    Known{"client_metadata", "*"},
    Known{"context_management", "[]"},
    Known{"prompt", ""},
};

// The service tier says at most that capacity bought in advance is not to be used. Where a model
// runs is said to Anthropic itself only; elsewhere a deployment's region decides.
constexpr std::array kAnthropic{
    Known{"cache_control", "*"},
    Known{"service_tier", "*"},
    Known{"inference_geo", R"("global")"},
};

ForeignField judge(std::span<const Known> table, std::string_view name, std::string_view json) {
  const auto number = json.ends_with(".0") ? json.substr(0, json.size() - 2) : json;
  auto found = ForeignField::Unknown;
  for (const auto& known : table) {
    if (known.name == name) {
      const bool harmless = known.harmless_value == "*" || known.harmless_value == number;
      if (harmless) {
        return ForeignField::Harmless;
      }
      found = ForeignField::Impossible;
    }
  }
  return found;
}

}  // namespace

ForeignField judge_field(Dialect from, std::string_view name, std::string_view json) {
  if (from == Dialect::AnthropicMessages) {
    return judge(kAnthropic, name, json);
  }
  const auto own =
      from == Dialect::OpenAiResponses ? judge(kResponses, name, json) : ForeignField::Unknown;
  return own == ForeignField::Unknown ? judge(kOpenAi, name, json) : own;
}

// How a call's arguments are cut in a stream changes nothing in them.
void Unsupported::tool_members(const Tool& tool) {
  for (const auto& [name, json] : tool.other) {
    if (name != "eager_input_streaming" && json != "false" && json != R"(["direct"])") {
      field(fmt::format("tools[].{}", name));
    }
  }
}

}  // namespace meridian
