#include "wire/responses/reasoning.h"

namespace meridian {

namespace {

constexpr std::string_view kSealedThought = "meridian:thinking:";
constexpr std::string_view kSealedRedacted = "meridian:redacted:";

// Models with open weights give the thought itself in `content`, others a summary.
std::string text_of(JsonValue item) {
  std::string text;
  for (const auto& list : {item["summary"], item["content"]}) {
    for (const auto part : list.items()) {
      part["text"].append_text(text);
    }
    if (!text.empty()) {
      break;
    }
  }
  return text;
}

}  // namespace

std::string seal(const ThinkingPart& part) {
  if (!part.redacted.empty()) {
    return std::string(kSealedRedacted) + part.redacted;
  }
  return part.signature.empty() ? std::string() : std::string(kSealedThought) + part.signature;
}

ThinkingPart read_reasoning(JsonValue item) {
  ThinkingPart part;
  const auto proof = item["encrypted_content"].text();
  if (proof.starts_with(kSealedRedacted)) {
    part.redacted = proof.substr(kSealedRedacted.size());
    return part;
  }
  part.text = text_of(item);
  if (proof.starts_with(kSealedThought)) {
    part.signature = proof.substr(kSealedThought.size());
  } else if (!proof.empty()) {
    part.signature = std::string(kOpenAiSigned).append(item.raw());
  }
  return part;
}

}  // namespace meridian
