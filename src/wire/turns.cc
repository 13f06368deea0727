#include "wire/turns.h"

#include <algorithm>

#include "wire/gemini/signatures.h"
#include "wire/responses/reasoning.h"

namespace meridian {

namespace {

bool blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

bool signed_by(Signer model, const ThinkingPart& thinking) {
  const bool gemini = thinking.signature.starts_with(kGeminiSigned);
  const bool openai = thinking.signature.starts_with(kOpenAiSigned);
  switch (model) {
    case Signer::Nobody:
      return false;
    case Signer::Claude:
      return !gemini && !openai && (!thinking.signature.empty() || !thinking.redacted.empty());
    case Signer::Gemini:
      return gemini;
  }
  return false;
}

// Whether a part says something that a provider takes.
bool speaks(const Part& part, Signer model) {
  if (const auto* text = std::get_if<TextPart>(&part)) {
    return !blank(text->text);
  }
  if (const auto* thinking = std::get_if<ThinkingPart>(&part)) {
    return signed_by(model, *thinking);
  }
  return true;
}

bool is_cache(const Part* part) {
  return std::holds_alternative<CachePoint>(*part);
}

void add(const Part& part, Signer model, std::vector<const Part*>& to) {
  if (speaks(part, model) && !(is_cache(&part) && to.empty())) {
    to.push_back(&part);
  }
}

// Tool results, each with the cache point behind it, before everything else.
void results_first(std::vector<const Part*>& parts) {
  std::vector<const Part*> results;
  std::vector<const Part*> rest;
  bool behind_result = false;
  for (const auto* part : parts) {
    if (!is_cache(part)) {
      behind_result = std::holds_alternative<ToolResult>(*part);
    }
    (behind_result ? results : rest).push_back(part);
  }
  results.insert(results.end(), rest.begin(), rest.end());
  parts = std::move(results);
}

void begin_with_user(std::vector<Turn>& turns) {
  static const Part kOpening = TextPart{.text = "."};
  if (turns.empty() || turns.front().assistant) {
    turns.insert(turns.begin(), Turn{.assistant = false, .parts = {&kOpening}});
  }
}

}  // namespace

Turns arrange(const ChatRequest& request, Signer model) {
  Turns arranged;
  for (const auto& message : request.messages) {
    if (!message.opaque_json.empty()) {
      arranged.opaque = &message;
    }
    const bool system = message.role == Role::System;
    const bool assistant = message.role == Role::Assistant;
    std::vector<const Part*> own;
    auto* to = &own;
    if (system) {
      to = &arranged.system;
    } else if (!arranged.turns.empty() && arranged.turns.back().assistant == assistant) {
      to = &arranged.turns.back().parts;
    }
    for (const auto& part : message.parts) {
      add(part, model, *to);
    }
    if (to == &own && !own.empty()) {
      arranged.turns.push_back({assistant, std::move(own)});
    }
  }
  begin_with_user(arranged.turns);
  for (auto& turn : arranged.turns) {
    if (!turn.assistant) {
      results_first(turn.parts);
    }
  }
  return arranged;
}

bool uses_tools(const Turns& turns) {
  return std::ranges::any_of(turns.turns, [](const Turn& turn) {
    return std::ranges::any_of(turn.parts, [](const Part* part) {
      return std::holds_alternative<ToolCall>(*part) || std::holds_alternative<ToolResult>(*part);
    });
  });
}

}  // namespace meridian
