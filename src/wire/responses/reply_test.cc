#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/json.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

constexpr auto kResponses = Dialect::OpenAiResponses;

using Kind = StreamEvent::Kind;

StreamEvent event(Kind kind, std::string text = {}, std::string id = {}) {
  StreamEvent made;
  made.kind = kind;
  made.text = std::move(text);
  made.id = std::move(id);
  return made;
}

StreamEvent finish(FinishReason reason) {
  auto made = event(Kind::Finish);
  made.finish = reason;
  return made;
}

StreamEvent usage() {
  auto made = event(Kind::UsageCount);
  made.usage = {.input = 5, .cache_read = 3, .cache_write = 2, .output = 9, .reasoning = 4};
  return made;
}

std::string stream_of(const std::vector<StreamEvent>& events, std::string echo = {}) {
  const auto writer = make_stream_writer(kResponses,
                                         {.model = "m",
                                          .include_usage = false,
                                          .created = 7,
                                          .request_id = "req",
                                          .echo = std::move(echo)});
  std::string bytes;
  for (const auto& each : events) {
    writer->write(each, bytes);
  }
  return bytes;
}

// The events' names and numbers.
std::string order_of(std::string_view bytes) {
  std::string order;
  while (!bytes.empty()) {
    const auto end = bytes.find("\n\n");
    const auto one = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    constexpr std::string_view kName = "event: ";
    constexpr std::string_view kData = "\ndata: ";
    const auto data = one.find(kData);
    const auto name = one.substr(kName.size(), data - kName.size());
    const auto json = thread_json_parser().parse(one.substr(data + kData.size()));
    EXPECT_TRUE(json) << one;
    EXPECT_EQ((*json)["type"].inside(), name);
    order += std::to_string((*json)["sequence_number"].integer().value_or(-1)) + " ";
    order += std::string(name) + "\n";
  }
  return order;
}

TEST(ResponsesReply, IsOneItemForEachPart) {
  const ChatReply reply{.id = "chatcmpl-1",
                        .model = "m",
                        .created = 7,
                        .parts = {ThinkingPart{.text = "hm", .signature = "S", .redacted = {}},
                                  TextPart{.text = "Hi"},
                                  TextPart{.text = ""},
                                  ToolCall{.id = "c", .name = "f", .arguments_json = "{}"}},
                        .finish = FinishReason::ToolCalls,
                        .stop_sequence = {},
                        .usage = usage().usage};
  EXPECT_EQ(
      write_reply(kResponses, reply),
      R"({"id":"resp_1","object":"response","created_at":7,"status":"completed","background":false,"error":null,"incomplete_details":null,"model":"m",)"
      R"("parallel_tool_calls":true,"tool_choice":"auto","tools":[],"output":[)"
      R"({"id":"rs_1_0","type":"reasoning","encrypted_content":"meridian:thinking:S","summary":[{"type":"summary_text","text":"hm"}]},)"
      R"({"id":"msg_1_1","type":"message","status":"completed","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"Hi"}],"role":"assistant"},)"
      R"({"id":"fc_1_2","type":"function_call","status":"completed","arguments":"{}","call_id":"c","name":"f"}],)"
      R"("usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":3,"cache_write_tokens":2},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":19}})");
}

TEST(ResponsesReply, IsIncompleteWhereItWasCutOff) {
  ChatReply reply{.id = "1",
                  .model = "m",
                  .created = 7,
                  .parts = {TextPart{.text = "Hi"}},
                  .finish = FinishReason::Length,
                  .stop_sequence = {},
                  .usage = {}};
  const auto cut = write_reply(kResponses, reply);
  EXPECT_TRUE(cut.contains(
      R"("status":"incomplete","background":false,"error":null,"incomplete_details":{"reason":"max_output_tokens"})"));
  EXPECT_TRUE(cut.contains(R"("type":"message","status":"incomplete")"));
  reply.finish = FinishReason::ContentFilter;
  EXPECT_TRUE(write_reply(kResponses, reply).contains(R"({"reason":"content_filter"})"));
}

TEST(ResponsesReply, RepeatsItsRequest) {
  const auto request = read_request(
      kResponses,
      R"({"model":"m","input":"a","instructions":"I","max_output_tokens":50,"temperature":0.5,"metadata":{"k":"v"},)"
      R"("tools":[{"type":"function","name":"f","parameters":{}}],"tool_choice":"required","reasoning":{"effort":"low"},)"
      R"("text":{"format":{"type":"json_object"}},"user":"u"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(
      echo_of(kResponses, *request),
      R"("instructions":"I","max_output_tokens":50,"metadata":{"k":"v"},"parallel_tool_calls":true,"previous_response_id":null,)"
      R"("reasoning":{"effort":"low"},"store":false,"temperature":0.5,"text":{"format":{"type":"json_object"}},"tool_choice":"required",)"
      R"("tools":[{"type":"function","name":"f","parameters":{}}],"top_p":1,"truncation":"disabled","user":"u")");
  EXPECT_TRUE(write_reply(kResponses, {}, echo_of(kResponses, *request))
                  .contains(R"("user":"u","output":[])"));
  EXPECT_EQ(echo_of(Dialect::OpenAiChat, *request), "");
}

TEST(ResponsesStream, HasOpenAisEventsInOpenAisOrder) {
  const auto bytes = stream_of({event(Kind::Start, "up", "msg_1"),
                                event(Kind::ThinkBlock),
                                event(Kind::Think, "h"),
                                event(Kind::Think, "m"),
                                event(Kind::Signature, "S"),
                                event(Kind::EndBlock),
                                event(Kind::TextBlock),
                                event(Kind::EndBlock),
                                event(Kind::TextBlock),
                                event(Kind::Text, "Hel"),
                                event(Kind::Text, "lo"),
                                event(Kind::EndBlock),
                                event(Kind::ToolBlock, "f", "c"),
                                event(Kind::Arguments, "{}"),
                                event(Kind::EndBlock),
                                finish(FinishReason::ToolCalls),
                                usage(),
                                event(Kind::End)});
  EXPECT_EQ(order_of(bytes),
            "0 response.created\n"
            "1 response.in_progress\n"
            "2 response.output_item.added\n"
            "3 response.reasoning_summary_part.added\n"
            "4 response.reasoning_summary_text.delta\n"
            "5 response.reasoning_summary_text.delta\n"
            "6 response.reasoning_summary_text.done\n"
            "7 response.reasoning_summary_part.done\n"
            "8 response.output_item.done\n"
            "9 response.output_item.added\n"
            "10 response.content_part.added\n"
            "11 response.output_text.delta\n"
            "12 response.output_text.delta\n"
            "13 response.output_text.done\n"
            "14 response.content_part.done\n"
            "15 response.output_item.done\n"
            "16 response.output_item.added\n"
            "17 response.function_call_arguments.delta\n"
            "18 response.function_call_arguments.done\n"
            "19 response.output_item.done\n"
            "20 response.completed\n");
  EXPECT_TRUE(bytes.contains(
      R"({"type":"response.output_text.done","sequence_number":13,"item_id":"msg_1_1","output_index":1,"content_index":0,"text":"Hello","logprobs":[]})"));
}

// The last event holds what a whole reply would have been.
TEST(ResponsesStream, EndsWithTheWholeResponse) {
  const auto bytes = stream_of({event(Kind::Start, "up", "1"),
                                event(Kind::ThinkBlock),
                                event(Kind::Think, "hm"),
                                event(Kind::Signature, "S"),
                                event(Kind::EndBlock),
                                event(Kind::RedactedBlock, "RED"),
                                event(Kind::EndBlock),
                                event(Kind::TextBlock),
                                event(Kind::Text, "Hi"),
                                event(Kind::EndBlock),
                                event(Kind::ToolBlock, "f", "c"),
                                event(Kind::Arguments, "{}"),
                                event(Kind::EndBlock),
                                finish(FinishReason::Length),
                                usage(),
                                event(Kind::End)},
                               R"("tools":[])");
  const ChatReply reply{.id = "1",
                        .model = "m",
                        .created = 7,
                        .parts = {ThinkingPart{.text = "hm", .signature = "S", .redacted = {}},
                                  ThinkingPart{.text = {}, .signature = {}, .redacted = "RED"},
                                  TextPart{.text = "Hi"},
                                  ToolCall{.id = "c", .name = "f", .arguments_json = "{}"}},
                        .finish = FinishReason::Length,
                        .stop_sequence = {},
                        .usage = usage().usage};
  EXPECT_TRUE(bytes.contains(R"({"type":"response.incomplete",)"));
  EXPECT_TRUE(bytes.contains(R"("response":)" + write_reply(kResponses, reply, R"("tools":[])")))
      << bytes;
}

TEST(ResponsesStream, TellsAFailureInBothWaysThatClientsListenFor) {
  auto failed = event(Kind::Fail);
  failed.failure = Failure{.kind = FailureKind::CutShort, .message = "it broke off", .code = "cut"};
  const auto bytes = stream_of({event(Kind::Start, "up", "1"),
                                event(Kind::TextBlock),
                                event(Kind::Text, "Hi"),
                                failed,
                                event(Kind::Text, "more"),
                                event(Kind::End)});
  EXPECT_TRUE(
      order_of(bytes).ends_with("4 response.output_text.delta\n5 response.failed\n6 error\n"))
      << bytes;
  EXPECT_TRUE(bytes.contains(
      R"("status":"failed","background":false,"error":{"code":"server_error","message":"it broke off"})"));
  EXPECT_TRUE(bytes.ends_with(
      "data: {\"type\":\"error\",\"sequence_number\":6,\"code\":\"cut\",\"message\":\"it broke "
      "off\",\"param\":null,"
      "\"error\":{\"message\":\"it broke "
      "off\",\"type\":\"server_error\",\"param\":null,\"code\":\"cut\",\"request_id\":\"req\"}}"
      "\n\n"))
      << bytes;
}

TEST(ResponsesStream, KeepsNoMoreThanItSays) {
  std::vector<StreamEvent> events{event(Kind::Start, "up", "1"), event(Kind::TextBlock)};
  for (int i = 0; i < 18; ++i) {
    events.push_back(event(Kind::Text, std::string(std::size_t{1} << 20, 'a')));
  }
  events.push_back(event(Kind::End));
  const auto bytes = stream_of(events);
  EXPECT_TRUE(bytes.contains("\"code\":\"response_too_long\""));
  EXPECT_FALSE(bytes.contains("response.completed"));
}

TEST(ResponsesReply, IsReadAsOpenAiWritesIt) {
  const auto reply = read_reply(
      kResponses,
      R"({"id":"resp_9","object":"response","created_at":7,"status":"completed","error":null,"model":"gpt-x","output":[)"
      R"({"id":"rs","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"id":"ws","type":"web_search_call"},)"
      R"({"id":"m","type":"message","status":"completed","content":[{"type":"output_text","annotations":[],"text":"Hi"}],"role":"assistant"}],)"
      R"("usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":3,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":13}})");
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->parts.size(), 2U);
  EXPECT_EQ(std::get<TextPart>(reply->parts[1]).text, "Hi");
  EXPECT_EQ(reply->usage, (Usage{.input = 6, .cache_read = 4, .output = 3, .reasoning = 2}));
  const auto failed = read_reply(
      kResponses,
      R"({"id":"resp_9","status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"},"output":[]})");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, FailureKind::RateLimited);
}

TEST(ResponsesStream, IsReadAsOpenAiWritesIt) {
  const std::string bytes =
      "event: response.created\ndata: "
      "{\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_1\","
      "\"model\":\"gpt-x\"}}\n\n"
      "event: response.output_item.added\ndata: "
      "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\","
      "\"content\":[]}}\n\n"
      "event: response.output_text.delta\ndata: "
      "{\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\n"
      "event: response.output_item.done\ndata: "
      "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\"}}\n\n"
      "event: response.failed\ndata: "
      "{\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_error\","
      "\"message\":\"oops\"}}}\n\n";
  EXPECT_EQ(read_in_pieces(kResponses, bytes, 7),
            "Start resp_1: gpt-x\nTextBlock\nText: Hi\nEndBlock\nFail " +
                std::to_string(static_cast<int>(FailureKind::ServerError)) +
                " 500 server_error: oops\n");
  EXPECT_TRUE(read_in_pieces(kResponses, bytes.substr(0, bytes.find("event: response.failed")), 7)
                  .contains("response.completed"));
}

}  // namespace
}  // namespace meridian
