#include "wire/gemini/thinking.h"

#include <algorithm>
#include <array>

#include "wire/json.h"
#include "wire/json_writer.h"

namespace meridian {

namespace {

struct Effort {
  std::string_view name;   // OpenAI's.
  std::int64_t budget;     // Tokens, as LiteLLM and agentgateway send them (providers.md §6.6).
  std::string_view level;  // Of Gemini 3 Flash ...
  std::string_view level_of_pro;  // ... and of Pro, which has two.
};

constexpr std::array kEfforts{
    Effort{"none", 0, "MINIMAL", "LOW"},
    Effort{"minimal", 512, "MINIMAL", "LOW"},
    Effort{"low", 1024, "LOW", "LOW"},
    Effort{"medium", 2048, "MEDIUM", "HIGH"},
    Effort{"high", 4096, "HIGH", "HIGH"},
    Effort{"xhigh", 8192, "HIGH", "HIGH"},
    Effort{"max", 16384, "HIGH", "HIGH"},
};

// The least that 2.5 Pro thinks: it cannot be switched off.
constexpr std::int64_t kProBudgetMin = 128;

// thinkingBudget of a model that decides for itself.
constexpr std::int64_t kAutomatic = -1;

class Config {
 public:
  explicit Config(std::string_view model)
      : style_(gemini_thinking(model)), pro_(model.contains("pro")) {}

  std::string effort(const Effort& effort) {
    return style_ == GeminiThinking::Level
               ? level(pro_ ? effort.level_of_pro : effort.level, effort.name != "none")
               : budget(effort.budget, effort.name != "none");
  }

  // The client gave Anthropic's `thinking`.
  std::string given(std::string_view type, std::int64_t tokens) {
    if (type == "disabled") {
      return effort(kEfforts.front());
    }
    if (style_ == GeminiThinking::Budget) {
      return budget(type == "adaptive" ? kAutomatic : tokens, true);
    }
    if (type == "adaptive") {
      return level({}, true);
    }
    const auto* found = std::ranges::find_if(
        kEfforts, [tokens](const Effort& effort) { return tokens <= effort.budget; });
    return effort(found == kEfforts.end() ? kEfforts.back() : *found);
  }

 private:
  std::string budget(std::int64_t tokens, bool thoughts) const {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("includeThoughts").boolean(thoughts).key("thinkingBudget");
    json.integer(pro_ && tokens >= 0 ? std::max(tokens, kProBudgetMin) : tokens).end_object();
    return out;
  }

  static std::string level(std::string_view name, bool thoughts) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("includeThoughts").boolean(thoughts);
    if (!name.empty()) {
      json.key("thinkingLevel").string(name);
    }
    json.end_object();
    return out;
  }

  GeminiThinking style_;
  bool pro_;
};

}  // namespace

GeminiThinking gemini_thinking(std::string_view model) {
  if (model.contains("gemini-1") || model.contains("gemini-2.0") || model.contains("gemma")) {
    return GeminiThinking::None;
  }
  return model.contains("gemini-2.5") ? GeminiThinking::Budget : GeminiThinking::Level;
}

std::string gemini_thinking_config(const ChatRequest& request,
                                   std::string_view model,
                                   Unsupported& unsupported) {
  const bool able = gemini_thinking(model) != GeminiThinking::None;
  if (!request.thinking_json.empty() && !unsupported.dropped_by_name("thinking")) {
    const auto thinking = thread_json_parser().parse(request.thinking_json);
    const auto type = thinking ? (*thinking)["type"].text() : std::string();
    const auto tokens = thinking ? (*thinking)["budget_tokens"].integer().value_or(0) : 0;
    if (able) {
      return Config(model).given(type, tokens);
    }
    if (type != "disabled") {
      unsupported.field("thinking");
    }
    return {};
  }
  if (!request.reasoning_effort || unsupported.dropped_by_name("reasoning_effort")) {
    return {};
  }
  const auto* effort = std::ranges::find(kEfforts, *request.reasoning_effort, &Effort::name);
  if (able && effort != kEfforts.end()) {
    return Config(model).effort(*effort);
  }
  if (*request.reasoning_effort != "none") {
    unsupported.field("reasoning_effort");
  }
  return {};
}

}  // namespace meridian
