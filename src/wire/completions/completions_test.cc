#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"

namespace meridian {
namespace {

constexpr auto kCompletions = Dialect::OpenAiCompletions;

std::string sent(Dialect to, std::string_view body) {
  const auto request = read_request(kCompletions, body);
  if (!request) {
    return request.error().message;
  }
  WriteRules rules;
  rules.provider_name = "P";
  rules.model = "m";
  const auto written = write_request(to, *request, rules);
  return written ? *written : written.error().message;
}

TEST(CompletionsRequest, IsWrittenAsItWasRead) {
  for (
      const std::string body : {
          R"({"model":"m","prompt":"Once","max_tokens":5,"temperature":0.5,"top_p":0.9,"stop":["a","b"],"n":2,"seed":7,"user":"u","stream":true,"stream_options":{"include_usage":true},"suffix":"end","logprobs":3,"echo":true,"best_of":2,"logit_bias":{"5":1}})",
          R"({"model":"m","prompt":["a","b"]})",
          R"({"model":"m","prompt":[1,2,3]})",
          R"({"model":"m","prompt":[[1,2],[3]]})",
      }) {
    EXPECT_EQ(sent(kCompletions, body), body);
  }
}

TEST(CompletionsRequest, MakesAUsersMessageOfThePrompt) {
  EXPECT_EQ(
      sent(
          Dialect::OpenAiChat,
          R"({"model":"m","prompt":["Once"],"max_tokens":5,"stop":"a","echo":false,"best_of":1,"suffix":null,"frequency_penalty":0.5,"min_p":0.1})"),
      R"({"model":"m","messages":[{"role":"user","content":"Once"}],"max_tokens":5,"stop":["a"],"frequency_penalty":0.5,"min_p":0.1})");
}

TEST(CompletionsRequest, SaysWhatAChatModelCannotDo) {
  for (const std::string prompt : {R"(["a","b"])", "[1,2]", "[[1],[2]]", "[1]"}) {
    EXPECT_EQ(sent(Dialect::OpenAiChat, R"({"model":"m","prompt":)" + prompt + "}"),
              "`prompt`: this model holds conversations and takes one prompt of text; send one "
              "request for each prompt, and text in place of token numbers");
  }
  EXPECT_EQ(
      sent(Dialect::OpenAiChat,
           R"({"model":"m","prompt":"a","n":2,"suffix":"s","echo":true,"logprobs":2,"best_of":3})"),
      "`n` (a translated reply has one choice), `suffix`, `echo`, `logprobs`, `best_of` cannot be "
      "sent to P (m); leave them out, or set `drop_params: true` for this deployment");
  EXPECT_EQ(sent(Dialect::OpenAiChat, R"({"model":"m","prompt":""})"),
            "`prompt` is missing or empty");
  EXPECT_EQ(sent(Dialect::OpenAiChat, R"({"model":"m","prompt":[]})"),
            "`prompt` is missing or empty");
}

TEST(CompletionsReply, HoldsTheTextOnly) {
  const ChatReply reply{.id = "chatcmpl-1",
                        .model = "m",
                        .created = 7,
                        .parts = {ThinkingPart{.text = "hm", .signature = {}, .redacted = {}},
                                  TextPart{.text = "a"},
                                  TextPart{.text = "b"}},
                        .finish = FinishReason::Length,
                        .stop_sequence = {},
                        .usage = Usage{.input = 2, .output = 3}};
  EXPECT_EQ(
      write_reply(kCompletions, reply),
      R"({"id":"cmpl-1","object":"text_completion","created":7,"model":"m","choices":[{"text":"ab","index":0,"logprobs":null,"finish_reason":"length"}],)"
      R"("usage":{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}})");
}

TEST(CompletionsStream, IsChunksOfTextAndADone) {
  const auto writer = make_stream_writer(
      kCompletions,
      {.model = "m", .include_usage = true, .created = 7, .request_id = "", .echo = ""});
  std::string bytes;
  const auto write = [&](StreamEvent::Kind kind, std::string text) {
    StreamEvent event;
    event.kind = kind;
    event.id = "msg_1";
    event.text = std::move(text);
    event.usage = {.input = 2, .output = 3};
    writer->write(event, bytes);
  };
  using Kind = StreamEvent::Kind;
  write(Kind::Start, "up");
  write(Kind::ThinkBlock, "");
  write(Kind::Think, "hm");
  write(Kind::EndBlock, "");
  write(Kind::TextBlock, "");
  write(Kind::Text, "a");
  write(Kind::EndBlock, "");
  write(Kind::Finish, "");
  write(Kind::UsageCount, "");
  write(Kind::End, "");
  const std::string front =
      R"(data: {"id":"cmpl-1","object":"text_completion","created":7,"model":"m","choices":[)";
  EXPECT_EQ(
      bytes,
      front +
          R"({"text":"a","index":0,"logprobs":null,"finish_reason":null}],"usage":null})"
          "\n\n" +
          front +
          R"({"text":"","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":null})"
          "\n\n" +
          front +
          R"(],"usage":{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}})"
          "\n\ndata: [DONE]\n\n");
}

}  // namespace
}  // namespace meridian
