#include "wire/stream_watch.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "wire/anthropic/reply_reader.h"
#include "wire/failures.h"
#include "wire/openai/reply_reader.h"
#include "wire/responses/reply_reader.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

bool says_something(JsonValue text) {
  return text.is(Type::String) && !text.inside().empty();
}

// Of an Anthropic delta. A signature alone gives the client nothing, as in commits(); a delta of a
// kind not known here may.
bool gives_something(JsonValue delta) {
  const auto type = delta["type"].inside();
  const bool known = type == "text_delta" || type == "thinking_delta" ||
                     type == "input_json_delta" || type == "signature_delta";
  return !known || says_something(delta["text"]) || says_something(delta["thinking"]) ||
         says_something(delta["partial_json"]);
}

// Of an event of the Responses API. What announces an item, or a part of one, gives nothing yet,
// but for items that nothing else is said of: calls, and whatever hosted tools do.
bool begins_something(std::string_view type, JsonValue event) {
  constexpr std::array<std::string_view, 5> kQuiet{"response.created",
                                                   "response.queued",
                                                   "response.in_progress",
                                                   "response.content_part.added",
                                                   "response.reasoning_summary_part.added"};
  if (type.ends_with(".delta")) {
    return says_something(event["delta"]);
  }
  if (type == "response.output_item.added") {
    const auto item = event["item"]["type"].inside();
    return item != "message" && item != "reasoning";
  }
  return type.starts_with("response.") && std::ranges::find(kQuiet, type) == kQuiet.end();
}

// Whether wherever that member stands, null stands behind it. Inside a string its quotes would be
// escaped, so what is found is a member, or at worst a value.
bool always_null(std::string_view json, std::string_view quoted_name) {
  const char* end = json.data() + json.size();
  const char* at = json.data();
  while (true) {
    const auto* found = static_cast<const char*>(
        memmem(at, static_cast<std::size_t>(end - at), quoted_name.data(), quoted_name.size()));
    if (found == nullptr) {
      return true;
    }
    at = found + quoted_name.size();
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    const auto value = rest.find_first_not_of(": ");
    if (value == std::string_view::npos || !rest.substr(value).starts_with("null")) {
      return false;
    }
  }
}

// An event in the middle of an answer, of which a watch has nothing to learn. Searched for and not
// parsed: nearly every event is one of these, and reading it whole costs five times as much.
bool unremarkable(Dialect dialect, std::string_view data) {
  if (dialect == Dialect::AnthropicMessages) {
    return data.starts_with(R"({"type":"content_block_delta",)");
  }
  if (dialect == Dialect::OpenAiResponses) {
    constexpr std::string_view kFront = R"({"type":"response.)";
    return data.starts_with(kFront) &&
           data.substr(0, data.find('"', kFront.size())).ends_with(".delta");
  }
  return data.starts_with('{') && always_null(data, R"("finish_reason")") &&
         always_null(data, R"("usage")") && always_null(data, R"("error")");
}

}  // namespace

Passage StreamWatch::pass(std::string_view piece) {
  given_.clear();
  reader_.feed(piece);
  std::size_t gap_begin = 0;
  std::size_t gap_end = 0;
  SseEvent event;
  while (reader_.next(event)) {
    const auto verdict = look(event.data);
    if (error_) {
      return before_the_error(piece, gap_begin, gap_end);
    }
    const bool withhold =
        verdict == Verdict::Withhold && (gap_end == 0 || gap_end == reader_.event_begin());
    // What is kept is the begin of this event, or a comment that was cut.
    const bool kept_is_its_begin = reader_.event_begin() == 0;
    if (withhold) {
      gap_begin = gap_end == 0 ? reader_.event_begin() : gap_begin;
      gap_end = reader_.event_end();
    }
    if (!withhold || !kept_is_its_begin) {
      given_ += kept_;
    }
    kept_.clear();
    whole_bytes_ = bytes_ + reader_.event_end();
  }
  bytes_ += piece.size();
  const auto end = hold(piece);
  if (gap_end == 0) {
    return {given_, piece.substr(0, end), {}};
  }
  return {given_, piece.substr(0, gap_begin), piece.substr(gap_end, end - gap_end)};
}

// The error event begins in this piece, or in what is kept: a comment that was kept goes with it.
Passage StreamWatch::before_the_error(std::string_view piece,
                                      std::size_t gap_begin,
                                      std::size_t gap_end) {
  kept_.clear();
  bytes_ += piece.size();
  const auto end = reader_.event_begin();
  if (gap_end == 0) {
    return {given_, piece.substr(0, end), {}};
  }
  return {given_, piece.substr(0, gap_begin), piece.substr(gap_end, end - gap_end)};
}

// Keeps the event at the end of the piece that is not whole yet; returns where it begins.
std::size_t StreamWatch::hold(std::string_view piece) {
  const bool needed = !terminal_ && !lost();
  const auto rest = needed && reader_.unfinished() ? reader_.rest_begin() : piece.size();
  if (rest > 0) {
    given_ += kept_;
    kept_.clear();
  }
  kept_ += piece.substr(rest);
  return rest;
}

Passage StreamWatch::finish() {
  closed_ = true;
  given_.clear();
  SseEvent event;
  const bool withhold = reader_.last(event) && look(event.data) == Verdict::Withhold;
  if (!withhold && !error_) {
    given_.swap(kept_);
  }
  kept_.clear();
  return {given_, {}, {}};
}

StreamWatch::Verdict StreamWatch::look(std::string_view data) {
  if (data.empty()) {
    return Verdict::Pass;
  }
  if (data.starts_with("[DONE]")) {
    terminal_ = true;
    return Verdict::Pass;
  }
  if (committed_ && unremarkable(dialect_, data)) {
    return Verdict::Pass;
  }
  const auto event = thread_json_parser().parse(data);
  if (!event) {
    return Verdict::Pass;
  }
  switch (dialect_) {
    case Dialect::OpenAiChat:
    case Dialect::OpenAiCompletions:
      return look_openai(*event);
    case Dialect::OpenAiResponses:
      look_responses(*event);
      break;
    case Dialect::AnthropicMessages:
      look_anthropic(*event);
      break;
    case Dialect::BedrockConverse:
    case Dialect::Gemini:
      break;
  }
  return Verdict::Pass;
}

// One walk over the members: this runs for every event that is relayed.
StreamWatch::Verdict StreamWatch::look_openai(JsonValue chunk) {
  const bool after_finish = finish_seen_;
  bool choices = false;
  bool counts = false;
  for (const auto& [name, value, _] : chunk.members()) {
    if (name == "choices") {
      for (const auto choice : value.items()) {
        choices = true;
        look_choice(choice);
      }
    } else if (name == "usage" && value.is(Type::Object)) {
      counts = true;
      usage_ = read_openai_usage(value);
    } else if (name == "error" && value.given()) {
      error_ = read_openai_error(value);
    }
  }
  const bool only_counts = counts && !choices;
  return only_counts && withhold_usage_ && after_finish ? Verdict::Withhold : Verdict::Pass;
}

void StreamWatch::look_choice(JsonValue choice) {
  for (const auto& [name, value, _] : choice.members()) {
    if (name == "finish_reason") {
      finish_seen_ = finish_seen_ || value.is(Type::String);
    } else if (name == "text") {
      committed_ = committed_ || says_something(value);
    } else if (name == "delta" && !committed_) {
      committed_ = says_something(value["content"]) || says_something(value["refusal"]) ||
                   says_something(value["reasoning_content"]) ||
                   says_something(value["reasoning"]) || value["tool_calls"].size() > 0 ||
                   value["function_call"].given() || value["audio"].given();
    }
  }
}

void StreamWatch::look_anthropic(JsonValue event) {
  const auto type = event["type"].inside();
  if (type == "content_block_delta") {
    committed_ = committed_ || gives_something(event["delta"]);
  } else if (type == "content_block_start") {
    const auto block = event["content_block"];
    const auto kind = block["type"].inside();
    const bool empty = (kind == "text" || kind == "thinking") && !says_something(block["text"]) &&
                       !says_something(block["thinking"]);
    committed_ = committed_ || !empty;
  } else if (type == "message_start") {
    look_anthropic_usage(event["message"]["usage"]);
  } else if (type == "message_delta") {
    look_anthropic_usage(event["usage"]);
  } else if (type == "message_stop") {
    terminal_ = true;
  } else if (type == "error" || event["error"].is(Type::Object)) {
    const auto error = event["error"];
    error_ = anthropic_failure(
        error["type"].text(), error["message"].text(), event["request_id"].text());
  }
}

void StreamWatch::look_responses(JsonValue event) {
  const auto type = event["type"].inside();
  const auto response = event["response"];
  const bool failed = type == "response.failed";
  if (failed || type == "response.completed" || type == "response.incomplete") {
    terminal_ = true;
    if (const auto usage = response["usage"]; usage.is(Type::Object)) {
      usage_ = read_responses_usage(usage);
    }
  }
  if (failed) {
    error_ = read_responses_error(response["error"]);
  } else if (type == "error" || event["error"].given()) {
    error_ = read_responses_error(event["error"].given() ? event["error"] : event);
  } else {
    committed_ = committed_ || begins_something(type, event);
  }
}

void StreamWatch::look_anthropic_usage(JsonValue usage) {
  if (usage.is(Type::Object)) {
    read_anthropic_usage(usage, usage_ ? *usage_ : usage_.emplace());
  }
}

}  // namespace meridian
