#include "wire/openai/reply_reader.h"

#include <algorithm>
#include <charconv>

#include "wire/failures.h"
#include "wire/openai/annotations.h"
#include "wire/openai/message_reader.h"

namespace meridian {

using Type = JsonValue::Type;

Usage read_openai_usage(JsonValue usage) {
  const auto count = [](JsonValue value) {
    return std::max<std::int64_t>(value.integer().value_or(0), 0);
  };
  const auto prompt = usage["prompt_tokens_details"];
  Usage read{.cache_read = count(prompt["cached_tokens"]),
             .cache_write = std::max(count(prompt["cache_write_tokens"]),
                                     count(prompt["cache_creation_tokens"])),
             .output = count(usage["completion_tokens"]),
             .reasoning = count(usage["completion_tokens_details"]["reasoning_tokens"])};
  read.input =
      std::max<std::int64_t>(count(usage["prompt_tokens"]) - read.cache_read - read.cache_write, 0);
  return read;
}

FinishReason read_openai_finish_reason(std::string_view reason) {
  if (reason == "tool_calls" || reason == "function_call") {
    return FinishReason::ToolCalls;
  }
  if (reason == "length") {
    return FinishReason::Length;
  }
  return reason == "content_filter" ? FinishReason::ContentFilter : FinishReason::Stop;
}

Failure read_openai_error(JsonValue error) {
  if (error.is(Type::String)) {
    return openai_failure({}, {}, error.text());
  }
  // A number, or a number in a string, is the status: LiteLLM writes it so.
  auto code = error["code"].text();
  auto status = error["code"].integer().value_or(error["status"].integer().value_or(0));
  int number = 0;
  const auto [stop, failed] = std::from_chars(code.data(), code.data() + code.size(), number);
  if (failed == std::errc() && stop == code.data() + code.size()) {
    status = number;
    code.clear();
  }
  const bool plausible = status >= 400 && status <= 599;
  return openai_failure(error["type"].text(),
                        code,
                        error["message"].text(),
                        plausible ? static_cast<int>(status) : 0);
}

namespace {

void cite(JsonValue annotations, std::vector<Part>& parts) {
  for (auto& part : parts) {
    auto* text = std::get_if<TextPart>(&part);
    if (text != nullptr && !text->refusal) {
      for (const auto annotation : annotations.items()) {
        text->citations.push_back(read_annotation(annotation, Dialect::OpenAiChat));
      }
      return;
    }
  }
}

}  // namespace

Result<ChatReply> read_openai_reply(std::string_view json, const NameMap& names) {
  const auto document = thread_json_parser().parse(json);
  if (!document) {
    return std::unexpected(
        bad_reply("the provider's reply is not valid JSON: " + to_text(document.error())));
  }
  if (const auto error = (*document)["error"]; error.given()) {
    return std::unexpected(read_openai_error(error));
  }
  const auto choices = (*document)["choices"].items();
  if (choices.begin() == choices.end() || !(*choices.begin())["message"].is(Type::Object)) {
    return std::unexpected(bad_reply("the provider's reply has no choices[0].message"));
  }
  const auto choice = *choices.begin();
  ChatReply reply;
  reply.id = (*document)["id"].text();
  reply.model = (*document)["model"].text();
  reply.created = (*document)["created"].integer().value_or(0);
  Complaints complaints;
  read_openai_assistant(choice["message"], reply.parts, complaints);
  if (complaints.failed) {
    return std::unexpected(
        bad_reply("the provider's reply cannot be read: " + complaints.failed->message));
  }
  cite(choice["message"]["annotations"], reply.parts);
  reply.finish = read_openai_finish_reason(choice["finish_reason"].inside());
  for (auto& part : reply.parts) {
    if (auto* call = std::get_if<ToolCall>(&part)) {
      call->name = client_tool_name(names, call->name);
      if (reply.finish == FinishReason::Stop) {
        reply.finish = FinishReason::ToolCalls;  // Some servers say "stop" all the same.
      }
    }
  }
  if (const auto usage = (*document)["usage"]; usage.given()) {
    reply.usage = read_openai_usage(usage);
  }
  return reply;
}

}  // namespace meridian
