#include "wire/peek.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "wire/failures.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

enum class Field : std::uint8_t {
  Unknown,
  Model,
  Stream,
  StreamOptions,
  MaxTokens,
  MaxCompletionTokens,
  MaxOutputTokens,
  Tools,
  Messages,
  System,
  Input,
  Prompt,
  User,
  ServiceTier,
  Metadata,
  Fallbacks,
  NumRetries,
  Timeout,
  DisableFallbacks,
  MockResponse,
  ApiKey,
  Instructions,
  PreviousResponseId,
  Conversation,
  Background,
  Guardrails,
};

struct Name {
  std::string_view name;
  Field field;
};

// In order of length, so that a name is compared with few others.
constexpr std::array kNames{
    Name{"user", Field::User},
    Name{"input", Field::Input},
    Name{"model", Field::Model},
    Name{"tools", Field::Tools},
    Name{"prompt", Field::Prompt},
    Name{"stream", Field::Stream},
    Name{"system", Field::System},
    Name{"api_key", Field::ApiKey},
    Name{"timeout", Field::Timeout},
    Name{"messages", Field::Messages},
    Name{"metadata", Field::Metadata},
    Name{"fallbacks", Field::Fallbacks},
    Name{"background", Field::Background},
    Name{"guardrails", Field::Guardrails},
    Name{"max_tokens", Field::MaxTokens},
    Name{"num_retries", Field::NumRetries},
    Name{"conversation", Field::Conversation},
    Name{"instructions", Field::Instructions},
    Name{"service_tier", Field::ServiceTier},
    Name{"mock_response", Field::MockResponse},
    Name{"stream_options", Field::StreamOptions},
    Name{"disable_fallbacks", Field::DisableFallbacks},
    Name{"max_output_tokens", Field::MaxOutputTokens},
    Name{"previous_response_id", Field::PreviousResponseId},
    Name{"max_completion_tokens", Field::MaxCompletionTokens},
};

Field field_of(std::string_view name) {
  for (const auto& known : kNames) {
    if (known.name.size() >= name.size()) {
      if (known.name.size() > name.size()) {
        break;
      }
      if (known.name == name) {
        return known.field;
      }
    }
  }
  return Field::Unknown;
}

// What would point a request at another host, account or credential.
bool steers_upstream(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNamed{"api_base",
                                                   "api_type",
                                                   "api_version",
                                                   "base_url",
                                                   "custom_llm_provider",
                                                   "litellm_credential_name",
                                                   "region_name",
                                                   "user_config"};
  return name.starts_with("aws_") || name.starts_with("vertex_") || name.starts_with("azure_") ||
         std::ranges::find(kNamed, name) != kNamed.end();
}

class Reader {
 public:
  Reader(Peek& peek, std::string& model) : peek_(peek), model_(model) {}

  std::optional<Failure> take(const JsonValue::Member& member) {
    peek_.keys.push_back(member.name);
    const auto field = field_of(member.name);
    if (field == Field::Unknown) {
      return take_unknown(member);
    }
    const auto bit = 1U << static_cast<unsigned>(field);
    if ((seen_ & bit) != 0) {
      return bad_request(fmt::format(
          "`{}` is there twice (again at byte {}); write it once", member.name, place(member)));
    }
    seen_ |= bit;
    if (!member.value.given() && field != Field::Model) {
      return std::nullopt;
    }
    if (const auto wanted = read(field, member); !wanted.empty()) {
      return bad_request(
          fmt::format("`{}` has to be {} (byte {})", member.name, wanted, member.value.offset()));
    }
    return std::nullopt;
  }

 private:
  static std::size_t place(const JsonValue::Member& member) { return member.value.offset(); }

  std::optional<Failure> take_unknown(const JsonValue::Member& member) {
    if (member.name.contains('\\')) {
      return bad_request(
          fmt::format("the name \"{}\" before byte {} is written with escapes; top-level "
                      "names have to be plain",
                      member.name,
                      place(member)));
    }
    if (peek_.forbidden.empty() && steers_upstream(member.name)) {
      peek_.forbidden = member.name;
    }
    return std::nullopt;
  }

  // What the field should have been; nothing when it is that.
  std::string_view read(Field field, const JsonValue::Member& member) {
    const auto value = member.value;
    switch (field) {
      case Field::Model:
        return read_model(value, member.raw());
      case Field::Stream:
        return read_bool(value, peek_.stream);
      case Field::StreamOptions:
        return read_stream_options(value);
      case Field::MaxTokens:
      case Field::MaxCompletionTokens:
      case Field::MaxOutputTokens:
        return read_limit(value);
      case Field::Tools:
        peek_.tools = value.is(Type::Array) && value.items().begin() != value.items().end();
        return value.is(Type::Array) ? "" : "an array";
      case Field::Messages:
      case Field::Input:
      case Field::Prompt:
        read_content(value, member.raw());
        return {};
      case Field::System:
      case Field::Instructions:
        peek_.messages_bytes += member.raw().size();
        return {};
      case Field::User:
        return read_string(value, peek_.user);
      case Field::ServiceTier:
        return read_string(value, peek_.service_tier);
      case Field::Metadata:
        return read_raw(value, Type::Object, "an object", peek_.metadata_raw);
      case Field::Fallbacks:
        return read_raw(value, Type::Array, "an array", peek_.fallbacks_raw);
      case Field::NumRetries:
        return read_retries(value);
      case Field::Timeout:
        peek_.timeout_s = value.number();
        return peek_.timeout_s ? "" : "a number of seconds";
      case Field::DisableFallbacks:
        return read_bool(value, peek_.disable_fallbacks);
      case Field::MockResponse:
        if (value.is(Type::String)) {
          peek_.mock_response = value.text();
        }
        return value.is(Type::String) ? "" : "a string";
      case Field::ApiKey:
        return read_string(value, peek_.api_key);
      case Field::PreviousResponseId:
      case Field::Conversation:
        return note_stateful(true, member.name);
      case Field::Background:
        // Other dialects do not have it, and may hold anything there.
        return note_stateful(value.boolean().value_or(false), member.name);
      case Field::Guardrails:
        // LiteLLM takes a list of names, and of objects with one.
        peek_.guardrails_empty =
            value.is(Type::Array) && value.items().begin() == value.items().end();
        peek_.guardrails_named = !peek_.guardrails_empty;
        return {};
      case Field::Unknown:
        return {};
    }
    return {};
  }

  std::string_view note_stateful(bool is, std::string_view name) {
    if (is && peek_.stateful.empty()) {
      peek_.stateful = name;
    }
    return {};
  }

  std::string_view read_model(JsonValue value, std::string_view raw) {
    peek_.model_raw = raw;
    peek_.model = value.inside();
    if (peek_.model.contains('\\')) {
      model_ = value.text();
      peek_.model = model_;
    }
    return peek_.model.empty() ? "a string that is not empty" : "";
  }

  static std::string_view read_bool(JsonValue value, bool& to) {
    to = value.boolean().value_or(false);
    return value.is(Type::Bool) ? "" : "true or false";
  }

  static std::string_view read_string(JsonValue value, std::string_view& to) {
    to = value.inside();
    return value.is(Type::String) ? "" : "a string";
  }

  static std::string_view read_raw(JsonValue value,
                                   Type type,
                                   std::string_view wanted,
                                   std::string_view& to) {
    to = value.raw();
    return value.is(type) ? "" : wanted;
  }

  std::string_view read_stream_options(JsonValue value) {
    peek_.has_stream_options = true;
    peek_.stream_options_raw = value.raw();
    peek_.include_usage = value["include_usage"].boolean().value_or(false);
    return value.is(Type::Object) ? "" : "an object";
  }

  std::string_view read_limit(JsonValue value) {
    const auto tokens = value.integer();
    if (!tokens || *tokens < 0) {
      return "a whole number that is not negative";
    }
    peek_.output_tokens_max = std::max(*tokens, peek_.output_tokens_max.value_or(0));
    return {};
  }

  std::string_view read_retries(JsonValue value) {
    const auto retries = value.integer();
    if (!retries || *retries < 0 || *retries > 1000) {
      return "a whole number from 0 to 1000";
    }
    peek_.num_retries = static_cast<int>(*retries);
    return {};
  }

  void read_content(JsonValue value, std::string_view raw) {
    // OpenAI's chat, its responses, and Anthropic's messages.
    constexpr std::array<std::string_view, 3> kImages{"image_url", "input_image", "image"};
    peek_.messages_bytes += raw.size();
    peek_.images = peek_.images || value.holds_string(kImages);
  }

  Peek& peek_;
  std::string& model_;
  unsigned seen_ = 0;
};

// Ready for the next body, with the room for keys that it had.
void clear(Peek& peek) {
  auto keys = std::move(peek.keys);
  keys.clear();
  peek = Peek{};
  peek.keys = std::move(keys);
}

}  // namespace

Peeker::Peeker() = default;

Peeker::~Peeker() = default;

Result<const Peek*> Peeker::peek(std::string_view body, std::size_t room) {
  MERIDIAN_CHECK(room >= body.size());
  const auto document = parser_.parse(body);
  if (!document) {
    return std::unexpected(bad_request("the body is not valid JSON: " + to_text(document.error())));
  }
  if (!document->is(Type::Object)) {
    return std::unexpected(bad_request("the body has to be a JSON object"));
  }
  clear(peek_);
  Reader reader(peek_, model_);
  for (const auto member : document->members()) {
    if (auto failed = reader.take(member)) {
      return std::unexpected(std::move(*failed));
    }
  }
  if (peek_.model.empty()) {
    return std::unexpected(bad_request(R"(`model` is missing; name one, as in {"model": "..."})"));
  }
  return &peek_;
}

}  // namespace meridian
