#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/made_up.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

constexpr auto kAnthropic = Dialect::AnthropicMessages;
constexpr auto kOpenAi = Dialect::OpenAiChat;
constexpr std::uint64_t kSeeds = 300;
constexpr std::string_view kModel = "claude-sonnet-4-5";

// Makes up what Anthropic's dialect can carry, as its own reader would have read it.
class Author : public MadeUp {
 public:
  // `common`: only what OpenAI can carry, too.
  explicit Author(std::uint64_t seed, bool common = false) : MadeUp(seed), common_(common) {}

  bool own() { return !common_ && maybe(); }

  ChatRequest request() {
    ChatRequest made;
    made.dialect = kAnthropic;
    made.model = kModel;
    made.max_tokens = static_cast<std::int64_t>(2000 + rng_.below(100000));
    made.stream = maybe();
    if (maybe()) {
      made.messages.push_back(system());
    }
    for (auto turns = rng_.below(4); turns > 0; --turns) {
      made.messages.push_back(user());
      made.messages.push_back(assistant());
    }
    made.messages.push_back(user());
    while (maybe()) {
      made.tools.push_back(a_tool());
    }
    options(made);
    return made;
  }

  ChatReply reply() {
    ChatReply made;
    made.id = "msg_" + name();
    made.model = name();
    made.parts = assistant().parts;
    std::erase_if(made.parts,
                  [](const Part& part) { return std::holds_alternative<CachePoint>(part); });
    made.finish = static_cast<FinishReason>(rng_.below(5));
    made.stop_sequence = made.finish == FinishReason::StopSequence ? word() : "";
    made.usage = Usage{.input = 5, .cache_read = 3, .cache_write = 2, .output = 9};
    return made;
  }

  std::vector<StreamEvent> stream() {
    using Kind = StreamEvent::Kind;
    add(Kind::Start, "msg_1", "m");
    add(Kind::UsageCount).usage = {.input = 5, .cache_read = 3, .cache_write = 2, .output = 1};
    for (auto left = rng_.below(5); left > 0; --left) {
      block();
      if (maybe()) {
        add(Kind::Ping);
      }
    }
    add(Kind::Finish, "", maybe() ? word() : "").finish = static_cast<FinishReason>(rng_.below(5));
    add(Kind::UsageCount).usage = {
        .input = 5, .cache_read = 3, .cache_write = 2, .output = 9, .reasoning = 4};
    add(Kind::End);
    return std::move(events_);
  }

 private:
  TextPart text() { return {.text = word()}; }

  Citation citation() {
    Citation made;
    if (rng_.chance(0.2)) {
      made.opaque_json = R"({"type":"later_location","x":)" + json() + "}";
      made.dialect = kAnthropic;
      return made;
    }
    made.source = static_cast<Citation::Source>(rng_.below(3));
    made.title = maybe() ? word() : "";
    made.cited_text = word();
    if (made.source == Citation::Source::Web) {
      made.url = word();
      made.proof = word();
      return made;
    }
    made.index = static_cast<std::int64_t>(rng_.below(9));
    made.begin = static_cast<std::int64_t>(rng_.below(9));
    made.end = made.begin + 1;
    made.unit = static_cast<Citation::Unit>(rng_.below(3));
    if (made.source == Citation::Source::SearchResult) {
      made.url = word();
      made.unit = Citation::Unit::Blocks;
    }
    return made;
  }

  std::vector<Citation> citations() {
    std::vector<Citation> made;
    while (own() && made.size() < 3) {
      made.push_back(citation());
    }
    return made;
  }

  ImagePart image() {
    if (maybe()) {
      return {.media_type = "image/png", .data = "QUJD", .url = "", .detail = ""};
    }
    return {.media_type = "", .data = "", .url = "https://x/" + name(), .detail = ""};
  }

  OpaquePart opaque() { return {R"({"type":"search_result","source":)" + json() + "}"}; }

  DocumentPart document() {
    DocumentPart made;
    made.name = maybe() ? word() : "";
    if (common_ || maybe()) {
      made.media_type = "application/pdf";
      made.data = "QUJD";
      made.name = made.name.empty() && common_ ? "document.pdf" : made.name;
      return made;
    }
    made.context = maybe() ? word() : "";
    made.citations = maybe();
    if (maybe()) {
      made.url = "https://x/" + name();
      return made;
    }
    made.texts = {word()};
    made.in_blocks = maybe();
    while (made.in_blocks && maybe()) {
      made.texts.push_back(word());
    }
    return made;
  }

  void cache(std::vector<Part>& parts) {
    if (own()) {
      parts.emplace_back(CachePoint{maybe() ? "1h" : ""});
    }
  }

  Message system() {
    Message message;
    message.role = Role::System;
    for (auto left = 1 + rng_.below(3); left > 0; --left) {
      message.parts.emplace_back(text());
      cache(message.parts);
    }
    return message;
  }

  ToolResult result() {
    ToolResult made{.call_id = name(), .content = {}, .is_error = own()};
    for (auto left = rng_.below(3); left > 0; --left) {
      made.content.emplace_back(text());
      if (own()) {
        made.content.emplace_back(image());
      }
      if (own()) {
        made.content.emplace_back(document());
        made.content.emplace_back(opaque());
      }
    }
    return made;
  }

  Message user() {
    Message message;
    while (maybe()) {
      message.parts.emplace_back(result());
      cache(message.parts);
    }
    for (auto left = 1 + rng_.below(3); left > 0; --left) {
      message.parts.emplace_back(text());
      cache(message.parts);
      if (maybe()) {
        message.parts.emplace_back(image());
        cache(message.parts);
      }
      if (rng_.chance(0.3)) {
        message.parts.emplace_back(document());
        cache(message.parts);
      }
      if (own()) {
        message.parts.emplace_back(opaque());
      }
    }
    return message;
  }

  Message assistant() {
    Message message;
    message.role = Role::Assistant;
    if (own()) {
      message.parts.emplace_back(ThinkingPart{.text = word(), .signature = word(), .redacted = {}});
    }
    if (own()) {
      message.parts.emplace_back(ThinkingPart{.text = {}, .signature = {}, .redacted = word()});
    }
    message.parts.emplace_back(TextPart{.text = word(), .citations = citations()});
    cache(message.parts);
    while (maybe()) {
      message.parts.emplace_back(ToolCall{.id = name(), .name = name(), .arguments_json = json()});
      cache(message.parts);
    }
    return message;
  }

  Tool a_tool() {
    Tool made;
    if (own()) {
      made.opaque_json = R"({"type":"bash_20250124","x":)" + json() + "}";
      return made;
    }
    made.name = name();
    made.description = maybe() ? word() : "";
    made.schema_json = json();
    if (maybe()) {
      made.strict = common_ || maybe();
    }
    if (own()) {
      made.cache = CachePoint{"5m"};
      made.other.emplace_back("input_examples", "[" + json() + "]");
    }
    return made;
  }

  void options(ChatRequest& made) {
    if (own()) {
      made.thinking_json = R"({"type":"enabled", "budget_tokens":1024})";
    } else if (maybe()) {
      made.temperature = rng_.unit();
    } else {
      made.top_p = rng_.unit();
    }
    if (!made.tools.empty() && maybe()) {
      using Kind = ToolChoice::Kind;
      // A model that thinks takes no forced tool.
      auto& choice = made.tool_choice.emplace();
      choice.kind = static_cast<Kind>(rng_.below(made.thinking_json.empty() ? 4 : 2));
      choice.name = choice.kind == Kind::Named ? name() : "";
      if (choice.kind != Kind::None && maybe()) {
        made.parallel_tool_calls = false;
      }
    }
    if (maybe()) {
      made.stop = {word(), word()};
      made.user = word();
    }
    if (maybe()) {
      made.response_format = ResponseFormat{.kind = ResponseFormat::Kind::JsonSchema,
                                            .name = "response",
                                            .description = "",
                                            .schema_json = json(),
                                            .strict = {}};
    }
    if (own()) {
      made.reasoning_effort = "max";
      made.other.emplace_back("context_management", json());
      made.other.emplace_back("inference_geo", R"("us")");
    }
  }

  StreamEvent& add(StreamEvent::Kind kind, std::string id = "", std::string text = "") {
    auto& event = events_.emplace_back();
    event.kind = kind;
    event.id = std::move(id);
    event.text = std::move(text);
    return event;
  }

  void block() {
    using Kind = StreamEvent::Kind;
    switch (rng_.below(4)) {
      case 0:
        add(Kind::TextBlock);
        for (auto left = rng_.below(4); left > 0; --left) {
          add(Kind::Text, "", word());
          if (maybe()) {
            add(Kind::Cite).citations.push_back(citation());
          }
        }
        break;
      case 1:
        add(Kind::ThinkBlock);
        add(Kind::Think, "", word());
        add(Kind::Signature, "", word());
        break;
      case 2:
        add(Kind::RedactedBlock, "", word());
        break;
      default:
        add(Kind::ToolBlock, name(), name());
        add(Kind::Arguments, "", json());
        break;
    }
    add(Kind::EndBlock);
  }

  bool common_;
  std::vector<StreamEvent> events_;
};

std::string written(Dialect dialect, const ChatRequest& request, bool drop_params = false) {
  WriteRules rules;
  rules.provider_name = "P";
  rules.model = kModel;
  rules.drop_params = drop_params;
  const auto body = write_request(dialect, request, rules);
  EXPECT_TRUE(body) << body.error().message;
  return body ? *body : "";
}

TEST(MessagesRoundTrip, GivesBackEveryRequestThatIsWritten) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto request = Author(seed).request();
    const auto body = written(kAnthropic, request);
    const auto read = read_request(kAnthropic, body);
    ASSERT_TRUE(read) << read.error().message << "\n" << body;
    ASSERT_EQ(*read, request) << "seed " << seed << "\n" << body;
    EXPECT_EQ(written(kAnthropic, *read), body);
  }
}

// Turns of text, images, calls and their results: through OpenAI's dialect and back again.
TEST(MessagesRoundTrip, LosesNothingOnTheWayThroughOpenAis) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto request = Author(seed, true).request();
    const auto there = written(kOpenAi, request);
    const auto read = read_request(kOpenAi, there);
    ASSERT_TRUE(read) << read.error().message << "\n" << there;
    ASSERT_EQ(written(kAnthropic, *read), written(kAnthropic, request)) << "seed " << seed << "\n"
                                                                        << there;
  }
}

TEST(MessagesRoundTrip, GivesBackEveryReplyThatIsWritten) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto reply = Author(seed).reply();
    const auto body = write_reply(kAnthropic, reply);
    const auto read = read_reply(kAnthropic, body);
    ASSERT_TRUE(read) << read.error().message << "\n" << body;
    ASSERT_EQ(*read, reply) << "seed " << seed << "\n" << body;
  }
}

TEST(MessagesRoundTrip, GivesBackEveryStreamThatIsWritten) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto events = Author(seed).stream();
    const auto writer = make_stream_writer(
        kAnthropic, {.model = "m", .include_usage = false, .created = 1, .request_id = ""});
    std::string bytes;
    for (const auto& event : events) {
      writer->write(event, bytes);
    }
    ASSERT_EQ(read_in_pieces(kAnthropic, bytes, 1 + seed % 97), script(events)) << "seed " << seed;
  }
}

TEST(MessagesRoundTrip, NeverCrashesOnBytesThatWereChanged) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Rng rng(seed);
    auto body = written(kAnthropic, Author(seed).request());
    for (int change = 0; change < 5; ++change) {
      body[rng.below(body.size())] = static_cast<char>(rng.below(256));
    }
    const auto read = read_request(kAnthropic, body);
    if (!read) {
      EXPECT_EQ(read.error().kind, FailureKind::BadRequest);
      continue;
    }
    for (const auto dialect : {kAnthropic, kOpenAi, Dialect::BedrockConverse}) {
      WriteRules rules;
      rules.model = kModel;
      std::ignore = write_request(dialect, *read, rules);
    }
  }
}

}  // namespace
}  // namespace meridian
