#include "wire/gemini/reply_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "wire/failures.h"
#include "wire/gemini/grounding.h"
#include "wire/gemini/signatures.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

class PartsReader {
 public:
  // `calls`: how many other candidates have made, so that no two get the same id.
  PartsReader(std::string_view reply_id,
              std::size_t calls,
              const NameMap& names,
              std::vector<Part>& to)
      : reply_id_(reply_id), calls_before_(calls), names_(names), to_(to) {}

  void read(JsonValue part) {
    if (part["functionCall"].given()) {
      to_.emplace_back(read_gemini_call(part, reply_id_, calls_before_ + calls_++, names_));
    } else if (const auto text = part["text"]; text.is(Type::String)) {
      read_text(text.text(), part["thought"].boolean() == true, read_gemini_signature(part));
    } else {
      to_.emplace_back(OpaquePart{std::string(part.raw())});
    }
  }

  std::size_t calls() const { return calls_; }

 private:
  void read_text(std::string text, bool thought, std::string signature) {
    if (thought) {
      to_.emplace_back(
          ThinkingPart{.text = std::move(text), .signature = std::move(signature), .redacted = {}});
      return;
    }
    if (!text.empty()) {
      to_.emplace_back(TextPart{.text = std::move(text)});
    }
    if (!signature.empty()) {
      to_.emplace_back(ThinkingPart{.text = {}, .signature = std::move(signature), .redacted = {}});
    }
  }

  std::string_view reply_id_;
  std::size_t calls_before_;
  const NameMap& names_;
  std::vector<Part>& to_;
  std::size_t calls_ = 0;
};

void cite(JsonValue candidate, std::vector<Part>& parts) {
  std::vector<TextPart*> cited;
  std::vector<std::string_view> texts;
  for (auto& part : parts) {
    if (auto* text = std::get_if<TextPart>(&part)) {
      cited.push_back(text);
      texts.emplace_back(text->text);
    }
  }
  for (auto& grounding : read_gemini_groundings(candidate, texts)) {
    cited[grounding.text]->citations.push_back(std::move(grounding.citation));
  }
}

}  // namespace

Usage read_gemini_usage(JsonValue usage) {
  const auto count = [&](std::string_view name) {
    return std::max<std::int64_t>(usage[name].integer().value_or(0), 0);
  };
  const auto prompt = count("promptTokenCount") + count("toolUsePromptTokenCount");
  const auto answer = count("candidatesTokenCount");
  const auto thoughts = count("thoughtsTokenCount");
  const bool inclusive = prompt + answer == count("totalTokenCount");
  Usage read;
  read.cache_read = std::min(count("cachedContentTokenCount"), prompt);
  read.input = prompt - read.cache_read;
  read.output = inclusive ? answer : answer + thoughts;
  read.reasoning = thoughts;
  return read;
}

FinishReason gemini_finish_reason(std::string_view reason, bool calls) {
  if (reason == "STOP" || reason.empty()) {
    return calls ? FinishReason::ToolCalls : FinishReason::Stop;
  }
  return reason == "MAX_TOKENS" ? FinishReason::Length : FinishReason::ContentFilter;
}

std::optional<Failure> gemini_broken_call(std::string_view reason) {
  constexpr std::array<std::string_view, 3> kReasons{
      "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"};
  if (std::ranges::find(kReasons, reason) == kReasons.end()) {
    return std::nullopt;
  }
  auto failed =
      bad_reply(fmt::format("the model's attempt to call a tool could not be read ({})", reason));
  failed.code = "malformed_function_call";
  return failed;
}

ToolCall read_gemini_call(JsonValue part,
                          std::string_view reply_id,
                          std::size_t n,
                          const NameMap& names) {
  const auto call = part["functionCall"];
  auto id = call["id"].text();
  if (id.empty()) {
    id = fmt::format("call_{}_{}", reply_id, n);
  }
  const auto args = call["args"];
  return {.id = signed_call_id(std::move(id), part["thoughtSignature"].text()),
          .name = std::string(client_tool_name(names, call["name"].text())),
          .arguments_json = args.is(Type::Object) ? std::string(args.raw()) : "{}"};
}

std::vector<TokenChance> read_gemini_chances(JsonValue candidate) {
  const auto result = candidate["logprobsResult"];
  std::vector<TokenChance> chances;
  for (const auto chosen : result["chosenCandidates"].items()) {
    chances.push_back({.token = chosen["token"].text(),
                       .logprob = chosen["logProbability"].number().value_or(0),
                       .top = {}});
  }
  std::size_t at = 0;
  for (const auto step : result["topCandidates"].items()) {
    if (at == chances.size()) {
      break;
    }
    for (const auto token : step["candidates"].items()) {
      chances[at].top.emplace_back(token["token"].text(),
                                   token["logProbability"].number().value_or(0));
    }
    ++at;
  }
  return chances;
}

std::string read_gemini_signature(JsonValue part) {
  const auto signature = part["thoughtSignature"].text();
  return signature.empty() ? std::string() : std::string(kGeminiSigned) + signature;
}

std::optional<Failure> read_gemini_error(JsonValue document) {
  if (document.is(Type::Array)) {
    const auto items = document.items();
    return items.begin() == items.end() ? std::nullopt : read_gemini_error(*items.begin());
  }
  const auto error = document["error"];
  if (!error.is(Type::Object)) {
    return std::nullopt;
  }
  const auto code = error["code"].integer().value_or(0);
  const bool plausible = code >= 400 && code <= 599;
  return google_failure(
      error["status"].text(), error["message"].text(), plausible ? static_cast<int>(code) : 0);
}

namespace {

Result<Choice> read_candidate(JsonValue candidate,
                              std::string_view reply_id,
                              const NameMap& names,
                              std::size_t& calls) {
  Choice choice;
  PartsReader reader(reply_id, calls, names, choice.parts);
  for (const auto part : candidate["content"]["parts"].items()) {
    reader.read(part);
  }
  cite(candidate, choice.parts);
  const auto reason = candidate["finishReason"].inside();
  if (auto failed = gemini_broken_call(reason)) {
    return std::unexpected(std::move(*failed));
  }
  choice.finish = gemini_finish_reason(reason, reader.calls() > 0);
  choice.chances = read_gemini_chances(candidate);
  calls += reader.calls();
  return choice;
}

}  // namespace

Result<ChatReply> read_gemini_reply(std::string_view json, const NameMap& names) {
  const auto document = thread_json_parser().parse(json);
  if (!document) {
    return std::unexpected(
        bad_reply("Gemini's reply is not valid JSON: " + to_text(document.error())));
  }
  if (auto failed = read_gemini_error(*document)) {
    return std::unexpected(std::move(*failed));
  }
  const auto candidates = (*document)["candidates"];
  const bool blocked = (*document)["promptFeedback"]["blockReason"].given();
  if (candidates.size() == 0 && !blocked) {
    return std::unexpected(bad_reply("Gemini's reply has neither a candidate nor a block reason"));
  }
  ChatReply reply;
  reply.id = (*document)["responseId"].text();
  reply.model = (*document)["modelVersion"].text();
  if (const auto usage = (*document)["usageMetadata"]; usage.given()) {
    reply.usage = read_gemini_usage(usage);
  }
  if (candidates.size() == 0) {
    reply.finish = FinishReason::ContentFilter;
    return reply;
  }
  std::size_t calls = 0;
  bool first = true;
  for (const auto candidate : candidates.items()) {
    auto choice = read_candidate(candidate, reply.id, names, calls);
    if (!choice) {
      return std::unexpected(std::move(choice.error()));
    }
    if (std::exchange(first, false)) {
      reply.parts = std::move(choice->parts);
      reply.finish = choice->finish;
      reply.chances = std::move(choice->chances);
    } else {
      reply.others.push_back(std::move(*choice));
    }
  }
  return reply;
}

}  // namespace meridian
