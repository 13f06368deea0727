#include "wire/completions/request_reader.h"

#include <array>

#include "wire/json.h"
#include "wire/request_fields.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

class RequestReader {
 public:
  static const std::array<RequestField<RequestReader>, 11> kFields;

  RequestReader(ChatRequest& to, Complaints& complaints) : to_(to), complaints_(complaints) {}

  void finish();

 private:
  void model(JsonValue value) { complaints_.string(value, "model", to_.model); }

  void prompt(JsonValue value);
  void stop(JsonValue value);

  void stream(JsonValue value) {
    to_.stream = complaints_.boolean(value, "stream").value_or(false);
  }

  void stream_options(JsonValue value) {
    if (complaints_.expect(value, Type::Object, "stream_options", "an object")) {
      to_.include_usage = value["include_usage"].boolean().value_or(false);
      to_.include_obfuscation = value["include_obfuscation"].boolean();
    }
  }

  void max_tokens(JsonValue value) { to_.max_tokens = complaints_.integer(value, "max_tokens"); }

  void temperature(JsonValue value) { to_.temperature = complaints_.number(value, "temperature"); }

  void top_p(JsonValue value) { to_.top_p = complaints_.number(value, "top_p"); }

  void n(JsonValue value) { to_.n = complaints_.integer(value, "n"); }

  void seed(JsonValue value) { to_.seed = complaints_.integer(value, "seed"); }

  void user(JsonValue value) { complaints_.string(value, "user", to_.user.emplace()); }

  ChatRequest& to_;
  Complaints& complaints_;
};

constexpr std::array<RequestField<RequestReader>, 11> RequestReader::kFields{{
    {"model", &RequestReader::model},
    {"prompt", &RequestReader::prompt},
    {"stream", &RequestReader::stream},
    {"stream_options", &RequestReader::stream_options},
    {"max_tokens", &RequestReader::max_tokens},
    {"temperature", &RequestReader::temperature},
    {"top_p", &RequestReader::top_p},
    {"stop", &RequestReader::stop},
    {"n", &RequestReader::n},
    {"seed", &RequestReader::seed},
    {"user", &RequestReader::user},
}};

void RequestReader::finish() {
  if (to_.model.empty()) {
    complaints_.missing("model");
  }
  if (to_.messages.empty()) {
    complaints_.missing("prompt");
  }
}

void RequestReader::prompt(JsonValue value) {
  const bool list = value.is(Type::Array);
  if (!list && !complaints_.expect(value, Type::String, "prompt", "a string or an array")) {
    return;
  }
  const auto only = list && value.size() == 1 ? *value.items().begin() : value;
  if (only.is(Type::String)) {
    if (auto text = only.text(); !text.empty()) {
      to_.messages.emplace_back().parts.emplace_back(TextPart{.text = std::move(text)});
    }
  } else if (value.size() > 0) {
    to_.messages.emplace_back().opaque_json = value.raw();
  }
}

void RequestReader::stop(JsonValue value) {
  if (value.is(Type::String)) {
    to_.stop.push_back(value.text());
    return;
  }
  if (complaints_.expect(value, Type::Array, "stop", "a string or an array of strings")) {
    for (const auto item : value.items()) {
      complaints_.string(item, "stop[]", to_.stop.emplace_back());
    }
  }
}

}  // namespace

Result<ChatRequest> read_completions_request(std::string_view json) {
  return read_fields<RequestReader>(Dialect::OpenAiCompletions, json);
}

}  // namespace meridian
