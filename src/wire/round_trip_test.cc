#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "wire/codec.h"
#include "wire/event_stream.h"
#include "wire/json.h"
#include "wire/made_up.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

// Makes up requests, replies and streams that OpenAI's dialect can carry.
class Author : public MadeUp {
 public:
  using MadeUp::MadeUp;

  TextPart text() { return {.text = word()}; }

  ImagePart image() {
    if (maybe()) {
      return {.media_type = "image/png", .data = "QUJD", .url = "", .detail = maybe() ? "low" : ""};
    }
    return {.media_type = "", .data = "", .url = "https://x/" + name(), .detail = ""};
  }

  DocumentPart document() {
    DocumentPart made;
    made.media_type = "application/pdf";
    made.data = "QUJD";
    made.name = maybe() ? name() + ".pdf" : "";
    return made;
  }

  Message user() {
    Message message;
    message.role = maybe() ? Role::User : Role::System;
    message.developer = message.role == Role::System && maybe();
    message.name = maybe() ? name() : "";
    for (auto left = 1 + rng_.below(3); left > 0; --left) {
      message.parts.emplace_back(text());
      if (message.role == Role::User && maybe()) {
        message.parts.emplace_back(image());
      }
      if (message.role == Role::User && rng_.chance(0.2)) {
        message.parts.emplace_back(document());
      }
      if (rng_.chance(0.2)) {
        message.parts.emplace_back(CachePoint{maybe() ? "1h" : ""});
      }
    }
    return message;
  }

  ToolCall call() { return {.id = name(), .name = name(), .arguments_json = json()}; }

  Message assistant() {
    Message message;
    message.role = Role::Assistant;
    if (maybe()) {
      message.parts.emplace_back(ThinkingPart{.text = word(), .signature = {}, .redacted = {}});
    }
    message.parts.emplace_back(text());
    while (maybe()) {
      message.parts.emplace_back(call());
    }
    return message;
  }

  Message tool() {
    Message message;
    message.role = Role::Tool;
    ToolResult result{.call_id = name(), .content = {}};
    result.content.emplace_back(text());
    if (maybe()) {
      result.content.emplace_back(text());
    }
    message.parts.emplace_back(std::move(result));
    return message;
  }

  Tool a_tool() {
    Tool made;
    made.name = name();
    made.description = maybe() ? word() : "";
    made.schema_json = maybe() ? json() : "";
    if (maybe()) {
      made.strict = maybe();
    }
    if (rng_.chance(0.2)) {
      made.cache = CachePoint{"5m"};
    }
    return made;
  }

  ChatRequest request() {
    ChatRequest made;
    made.model = "gpt-x";
    for (auto left = 1 + rng_.below(6); left > 0; --left) {
      const auto kind = rng_.below(3);
      made.messages.push_back(kind == 0 ? user() : kind == 1 ? assistant() : tool());
    }
    while (maybe()) {
      made.tools.push_back(a_tool());
    }
    options(made);
    limits(made);
    return made;
  }

  std::vector<StreamEvent> stream() {
    using Kind = StreamEvent::Kind;
    std::vector<StreamEvent> events;
    const auto add = [&](Kind kind, std::string id, std::string text) -> StreamEvent& {
      auto& event = events.emplace_back();
      event.kind = kind;
      event.id = std::move(id);
      event.text = std::move(text);
      return event;
    };
    add(Kind::Start, "id1", "m");
    bool calls = false;
    if (maybe()) {
      add(Kind::ThinkBlock, "", "");
      add(Kind::Think, "", word());
      add(Kind::EndBlock, "", "");
    }
    if (maybe()) {
      add(Kind::TextBlock, "", "");
      for (auto left = 1 + rng_.below(4); left > 0; --left) {
        add(Kind::Text, "", word());
      }
      if (maybe()) {
        auto& cited = add(Kind::Cite, "", "").citations.emplace_back();
        cited.url = "https://x/" + name();
        cited.title = word();
        cited.from = static_cast<std::int64_t>(rng_.below(3));
        cited.to = cited.from + 1;
      }
      add(Kind::EndBlock, "", "");
    }
    for (auto index = rng_.below(3); index > 0; --index) {
      add(Kind::ToolBlock, "call" + std::to_string(index), name());
      add(Kind::Arguments, "", json());
      add(Kind::EndBlock, "", "");
      calls = true;
    }
    add(Kind::Finish, "", "").finish = calls ? FinishReason::ToolCalls : FinishReason::Length;
    add(Kind::UsageCount, "", "").usage = {
        .input = 5, .cache_read = 3, .cache_write = 2, .output = 9, .reasoning = 4};
    add(Kind::End, "", "");
    return events;
  }

 private:
  void options(ChatRequest& made) {
    if (maybe()) {
      made.tool_choice = ToolChoice{static_cast<ToolChoice::Kind>(rng_.below(4)), {}};
      made.tool_choice->name =
          made.tool_choice->kind == ToolChoice::Kind::Named ? name() : std::string();
    }
    if (maybe()) {
      made.response_format.emplace().kind = static_cast<ResponseFormat::Kind>(rng_.below(3));
      if (made.response_format->kind == ResponseFormat::Kind::JsonSchema) {
        made.response_format->name = name();
        made.response_format->schema_json = json();
      }
    }
    if (maybe()) {
      made.other.emplace_back("metadata", json());
      made.other.emplace_back("logit_bias", R"({"5": 1.50})");
    }
    made.stream = maybe();
    made.include_usage = made.stream && maybe();
    if (maybe()) {
      made.user = word();
      made.reasoning_effort = "low";
    }
  }

  void limits(ChatRequest& made) {
    if (maybe()) {
      made.max_tokens = static_cast<std::int64_t>(rng_.below(100000));
      made.max_tokens_is_completion = maybe();
    }
    if (maybe()) {
      made.temperature = rng_.unit();
      made.top_p = rng_.unit();
      made.seed = static_cast<std::int64_t>(rng_.below(1000));
      made.stop = {word(), word()};
      made.parallel_tool_calls = maybe();
    }
  }
};

WriteRules rules(std::string_view provider, std::string_view model) {
  WriteRules made;
  made.provider_name = provider;
  made.model = model;
  made.drop_params = true;
  return made;
}

constexpr std::uint64_t kSeeds = 300;

TEST(RoundTrip, GivesBackEveryOpenAiRequestThatIsWritten) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto request = Author(seed).request();
    const auto body = write_request(Dialect::OpenAiChat, request, rules("OpenAI", "gpt-x"));
    ASSERT_TRUE(body);
    const auto read = read_request(Dialect::OpenAiChat, *body);
    ASSERT_TRUE(read) << read.error().message << "\n" << *body;
    EXPECT_EQ(*read, request) << "seed " << seed << "\n" << *body;
    EXPECT_EQ(*write_request(Dialect::OpenAiChat, *read, rules("OpenAI", "gpt-x")), *body);
  }
}

// What Anthropic is sent for an OpenAI request is a Messages request that a client could have sent.
TEST(RoundTrip, SendsAnthropicWhatItsOwnClientsWouldHaveSent) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    for (const auto model : {"claude-sonnet-4-5", "claude-opus-4-7"}) {
      const auto body = write_request(
          Dialect::AnthropicMessages, Author(seed).request(), rules("Anthropic", model));
      ASSERT_TRUE(body) << body.error().message;
      const auto read = read_request(Dialect::AnthropicMessages, *body);
      ASSERT_TRUE(read) << read.error().message << "\n" << *body;
      EXPECT_TRUE(read->other.empty()) << read->other.front().first;
      ASSERT_EQ(*write_request(Dialect::AnthropicMessages, *read, rules("Anthropic", model)), *body)
          << "seed " << seed;
    }
  }
}

TEST(RoundTrip, WritesValidJsonForEveryProvider) {
  JsonParser parser;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto request = Author(seed).request();
    for (const auto dialect :
         {Dialect::AnthropicMessages, Dialect::BedrockConverse, Dialect::Gemini}) {
      const auto body = write_request(dialect, request, rules("P", "claude-opus-4-7"));
      if (!body) {
        // Gemini knows a result by its call's name; the author makes results up.
        const bool no_call = dialect == Dialect::Gemini && body.error().code == "invalid_request" &&
                             body.error().message.starts_with("`tool_call_id`");
        EXPECT_TRUE(no_call || body.error().code == "unsupported_image") << body.error().message;
        continue;
      }
      ASSERT_TRUE(parser.parse(*body)) << "seed " << seed << "\n" << *body;
    }
  }
}

TEST(RoundTrip, AlternatesTurnsForEveryProvider) {
  JsonParser parser;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto request = Author(seed).request();
    const auto body =
        write_request(Dialect::AnthropicMessages, request, rules("P", "claude-opus-4-7"));
    ASSERT_TRUE(body);
    std::string roles;
    for (const auto message : (*parser.parse(*body))["messages"].items()) {
      roles += message["role"].inside().front();
      EXPECT_GT(message["content"].size(), 0U);
    }
    EXPECT_EQ(roles.front(), 'u');
    EXPECT_FALSE(roles.contains("uu") || roles.contains("aa")) << roles;
  }
}

TEST(RoundTrip, GivesBackEveryStreamThatIsWritten) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto events = Author(seed).stream();
    const auto writer = make_stream_writer(
        Dialect::OpenAiChat, {.model = "m", .include_usage = true, .created = 1, .request_id = ""});
    std::string bytes;
    for (const auto& event : events) {
      writer->write(event, bytes);
    }
    EXPECT_EQ(read_in_pieces(Dialect::OpenAiChat, bytes, 1 + seed % 97), script(events))
        << "seed " << seed;
  }
}

TEST(RoundTrip, NeverCrashesOnBytesThatWereChanged) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Rng rng(seed);
    auto body = *write_request(Dialect::OpenAiChat, Author(seed).request(), rules("P", "m"));
    for (int change = 0; change < 5; ++change) {
      body[rng.below(body.size())] = static_cast<char>(rng.below(256));
    }
    if (const auto read = read_request(Dialect::OpenAiChat, body)) {
      std::ignore = write_request(Dialect::BedrockConverse, *read, rules("P", "claude"));
      std::ignore = write_request(Dialect::AnthropicMessages, *read, rules("P", "claude"));
      std::ignore = write_request(Dialect::Gemini, *read, rules("P", "gemini-3-pro"));
    } else {
      EXPECT_EQ(read.error().kind, FailureKind::BadRequest);
    }
  }
}

}  // namespace
}  // namespace meridian
