#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/made_up.h"
#include "wire/responses/reasoning.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

constexpr auto kResponses = Dialect::OpenAiResponses;
constexpr auto kChat = Dialect::OpenAiChat;
constexpr std::uint64_t kSeeds = 300;

// Makes up what the Responses API can carry, as its own reader would have read it.
class Author : public MadeUp {
 public:
  // `common`: only what chat completions can carry, too.
  explicit Author(std::uint64_t seed, bool common = false) : MadeUp(seed), common_(common) {}

  ChatRequest request() {
    ChatRequest made;
    made.dialect = kResponses;
    made.model = "m";
    if (maybe()) {
      made.messages.push_back(spoken(Role::System));
    }
    for (auto turns = rng_.below(4); turns > 0; --turns) {
      made.messages.push_back(spoken(Role::User));
      made.messages.push_back(assistant(false));
      for (const auto& part : assistants_calls_) {
        made.messages.push_back(result(part));
      }
    }
    made.messages.push_back(spoken(Role::User));
    if (own()) {
      auto& message = made.messages.emplace_back();
      message.role = Role::Tool;
      message.opaque_json = R"({"type":"shell_call_output","x":)" + json() + "}";
    }
    while (maybe()) {
      made.tools.push_back(a_tool());
    }
    options(made);
    return made;
  }

  ChatReply reply() {
    ChatReply made;
    made.id = "resp_" + name();
    made.model = name();
    made.created = 7;
    made.parts = assistant(true).parts;
    made.finish = assistants_calls_.empty() ? FinishReason::Stop : FinishReason::ToolCalls;
    if (maybe()) {
      made.finish = maybe() ? FinishReason::Length : FinishReason::ContentFilter;
    }
    made.usage = Usage{.input = 5, .cache_read = 3, .cache_write = 2, .output = 9, .reasoning = 1};
    return made;
  }

  std::vector<StreamEvent> stream() {
    using Kind = StreamEvent::Kind;
    add(Kind::Start, "resp_1", "m");
    bool called = false;
    for (auto left = rng_.below(5); left > 0; --left) {
      called = block() || called;
    }
    const auto whole = called ? FinishReason::ToolCalls : FinishReason::Stop;
    add(Kind::Finish).finish = maybe() ? FinishReason::Length : whole;
    add(Kind::UsageCount).usage = {
        .input = 5, .cache_read = 3, .cache_write = 2, .output = 9, .reasoning = 4};
    add(Kind::End);
    return std::move(events_);
  }

 private:
  bool own() { return !common_ && maybe(); }

  TextPart text() { return {.text = word()}; }

  std::vector<Citation> citations() {
    std::vector<Citation> made;
    while (own() && made.size() < 3) {
      auto& citation = made.emplace_back();
      if (maybe()) {
        citation.opaque_json = R"({"type":"file_citation","x":)" + json() + "}";
        citation.dialect = kResponses;
        continue;
      }
      citation.url = "https://x/" + name();
      citation.title = word();
      citation.from = static_cast<std::int64_t>(rng_.below(5));
      citation.to = citation.from + 1;
    }
    return made;
  }

  ImagePart image() {
    if (maybe()) {
      return {.media_type = "image/png", .data = "QUJD", .url = "", .detail = maybe() ? "low" : ""};
    }
    return {.media_type = "", .data = "", .url = "https://x/" + name(), .detail = ""};
  }

  OpaquePart opaque() {
    if (maybe()) {
      return {R"({"type":"file","file":{"filename":"a","file_id":"f"}})"};
    }
    return {R"({"type":"input_audio","input_audio":)" + json() + "}"};
  }

  DocumentPart document() {
    DocumentPart made;
    made.name = name() + ".pdf";
    if (own()) {
      made.url = "https://x/" + name();
    } else {
      made.media_type = "application/pdf";
      made.data = "QUJD";
    }
    return made;
  }

  Message spoken(Role role) {
    Message message;
    message.role = role;
    message.developer = role == Role::System && maybe();
    for (auto left = 1 + rng_.below(3); left > 0; --left) {
      message.parts.emplace_back(text());
      if (role == Role::User && maybe()) {
        message.parts.emplace_back(image());
      }
      if (role == Role::User && maybe()) {
        message.parts.emplace_back(opaque());
      }
      if (role == Role::User && maybe()) {
        message.parts.emplace_back(document());
      }
    }
    return message;
  }

  // In a request OpenAI's own thoughts can be written, in a reply those of others.
  ThinkingPart thought(bool in_reply) {
    if (!in_reply) {
      const auto raw =
          R"({"type":"reasoning","summary":[],"encrypted_content":"g","x":)" + json() + "}";
      return {.text = {}, .signature = std::string(kOpenAiSigned) + raw, .redacted = {}};
    }
    if (maybe()) {
      return {.text = word(), .signature = maybe() ? word() : "", .redacted = {}};
    }
    return {.text = {}, .signature = {}, .redacted = word()};
  }

  Message assistant(bool in_reply) {
    Message message;
    message.role = Role::Assistant;
    assistants_calls_.clear();
    if (own()) {
      message.parts.emplace_back(thought(in_reply));
    }
    message.parts.emplace_back(TextPart{.text = word(), .citations = citations()});
    if (own()) {
      message.parts.emplace_back(TextPart{.text = word(), .refusal = maybe()});
    }
    while (maybe()) {
      const ToolCall call{.id = name(), .name = name(), .arguments_json = json()};
      assistants_calls_.push_back(call.id);
      message.parts.emplace_back(call);
    }
    return message;
  }

  Message result(const std::string& call) {
    Message message;
    message.role = Role::Tool;
    ToolResult made{.call_id = call, .content = {}};
    made.content.emplace_back(text());
    if (maybe()) {
      made.content.emplace_back(text());
    }
    if (own()) {
      made.content.emplace_back(image());
      made.content.emplace_back(opaque());
    }
    message.parts.emplace_back(std::move(made));
    return message;
  }

  Tool a_tool() {
    Tool made;
    if (own()) {
      made.opaque_json = R"({"type":"custom","x":)" + json() + "}";
      return made;
    }
    made.name = name();
    made.description = maybe() ? word() : "";
    made.schema_json = maybe() ? json() : "";
    if (maybe()) {
      made.strict = maybe();
    }
    if (own()) {
      made.other.emplace_back("defer_loading", "true");
    }
    return made;
  }

  void options(ChatRequest& made) {
    made.stream = maybe();
    if (maybe()) {
      made.max_tokens = static_cast<std::int64_t>(rng_.below(100000));
      made.temperature = rng_.unit();
      made.top_p = rng_.unit();
      made.user = word();
    }
    if (maybe()) {
      using Kind = ToolChoice::Kind;
      auto& choice = made.tool_choice.emplace();
      choice.kind = static_cast<Kind>(rng_.below(4));
      choice.name = choice.kind == Kind::Named ? name() : "";
      made.parallel_tool_calls = maybe();
    }
    if (maybe()) {
      auto& format = made.response_format.emplace();
      format.kind = static_cast<ResponseFormat::Kind>(rng_.below(3));
      if (format.kind == ResponseFormat::Kind::JsonSchema) {
        format.name = name();
        format.description = maybe() ? word() : "";
        format.schema_json = json();
      }
    }
    if (own()) {
      made.other.emplace_back("text", R"({"verbosity":"low"})");
    }
    if (maybe()) {
      made.reasoning_effort = "high";
    }
    if (own()) {
      made.other.emplace_back("reasoning", R"({"summary":"auto","x":)" + json() + "}");
      made.other.emplace_back("include", R"(["reasoning.encrypted_content"])");
      made.other.emplace_back("unknown", json());
    }
  }

  StreamEvent& add(StreamEvent::Kind kind, std::string id = "", std::string text = "") {
    auto& event = events_.emplace_back();
    event.kind = kind;
    event.id = std::move(id);
    event.text = std::move(text);
    return event;
  }

  // True: it was a call.
  bool block() {
    using Kind = StreamEvent::Kind;
    const auto kind = rng_.below(4);
    switch (kind) {
      case 0:
        add(Kind::TextBlock);
        for (auto left = 1 + rng_.below(4); left > 0; --left) {
          add(Kind::Text, "", word());
        }
        break;
      case 1:
        add(Kind::ThinkBlock);
        add(Kind::Think, "", word());
        if (maybe()) {
          add(Kind::Signature, "", word());
        }
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
    return kind == 3;
  }

  bool common_;
  std::vector<std::string> assistants_calls_;
  std::vector<StreamEvent> events_;
};

std::string written(Dialect dialect, const ChatRequest& request, bool drop_params = false) {
  WriteRules rules;
  rules.provider_name = "P";
  rules.model = "m";
  rules.drop_params = drop_params;
  const auto body = write_request(dialect, request, rules);
  EXPECT_TRUE(body) << body.error().message;
  return body ? *body : "";
}

TEST(ResponsesRoundTrip, GivesBackEveryRequestThatIsWritten) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto request = Author(seed).request();
    const auto body = written(kResponses, request);
    const auto read = read_request(kResponses, body);
    ASSERT_TRUE(read) << read.error().message << "\n" << body;
    ASSERT_EQ(*read, request) << "seed " << seed << "\n" << body;
    EXPECT_EQ(written(kResponses, *read), body);
  }
}

// The conversation that a model behind chat completions sees is the one that was sent.
TEST(ResponsesRoundTrip, LosesNothingOnTheWayToChat) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto request = Author(seed, true).request();
    const auto body = written(kChat, request);
    const auto read = read_request(kChat, body);
    ASSERT_TRUE(read) << read.error().message << "\n" << body;
    EXPECT_EQ(read->messages, request.messages) << "seed " << seed << "\n" << body;
    EXPECT_EQ(read->tools, request.tools);
    EXPECT_EQ(read->tool_choice, request.tool_choice);
    EXPECT_EQ(read->response_format, request.response_format);
    EXPECT_EQ(read->reasoning_effort, request.reasoning_effort);
    EXPECT_EQ(read->max_tokens, request.max_tokens);
  }
}

TEST(ResponsesRoundTrip, GivesBackEveryReplyThatIsWritten) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto reply = Author(seed).reply();
    const auto body = write_reply(kResponses, reply);
    const auto read = read_reply(kResponses, body);
    ASSERT_TRUE(read) << read.error().message << "\n" << body;
    ASSERT_EQ(*read, reply) << "seed " << seed << "\n" << body;
  }
}

TEST(ResponsesRoundTrip, GivesBackEveryStreamThatIsWritten) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto events = Author(seed).stream();
    const auto writer = make_stream_writer(
        kResponses,
        {.model = "m", .include_usage = false, .created = 1, .request_id = "", .echo = ""});
    std::string bytes;
    for (const auto& event : events) {
      writer->write(event, bytes);
    }
    ASSERT_EQ(read_in_pieces(kResponses, bytes, 1 + seed % 97), script(events)) << "seed " << seed;
  }
}

TEST(ResponsesRoundTrip, NeverCrashesOnBytesThatWereChanged) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Rng rng(seed);
    auto body = written(kResponses, Author(seed).request());
    for (int change = 0; change < 5; ++change) {
      body[rng.below(body.size())] = static_cast<char>(rng.below(256));
    }
    const auto read = read_request(kResponses, body);
    if (!read) {
      EXPECT_EQ(read.error().kind, FailureKind::BadRequest);
      continue;
    }
    for (const auto dialect : {kResponses,
                               kChat,
                               Dialect::AnthropicMessages,
                               Dialect::BedrockConverse,
                               Dialect::Gemini}) {
      WriteRules rules;
      rules.model = "claude-sonnet-4-5";
      std::ignore = write_request(dialect, *read, rules);
    }
  }
}

}  // namespace
}  // namespace meridian
