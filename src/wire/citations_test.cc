#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/event_stream.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

constexpr auto kChat = Dialect::OpenAiChat;
constexpr auto kResponses = Dialect::OpenAiResponses;
constexpr auto kMessages = Dialect::AnthropicMessages;
constexpr auto kConverse = Dialect::BedrockConverse;
constexpr auto kGemini = Dialect::Gemini;

std::string answered(Dialect from, Dialect to, const std::string& reply) {
  const auto read = read_reply(from, reply);
  EXPECT_TRUE(read) << read.error().message;
  return read ? write_reply(to, *read) : std::string();
}

// A provider's stream, as a client of another dialect gets it.
std::string streamed(Dialect from, Dialect to, const std::string& bytes) {
  const auto reader = make_stream_reader(from, "id");
  const auto writer = make_stream_writer(
      to, {.model = "m", .include_usage = false, .created = 1, .request_id = "", .echo = ""});
  std::vector<StreamEvent> events;
  reader->feed(bytes, events);
  reader->finish(events);
  std::string out;
  for (const auto& event : events) {
    writer->write(event, out);
  }
  return out;
}

// "Grüße " are six characters and eight bytes.
const std::string kGrounded =
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Hm","thought":true},{"text":"Grüße aus Oslo."}]},"finishReason":"STOP",)"
    R"("groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}},{"web":{"uri":"https://b","title":"B"}}],)"
    R"("groundingSupports":[{"segment":{"partIndex":1,"startIndex":8,"endIndex":17,"text":"aus Oslo."},"groundingChunkIndices":[0,1]}]}}],"responseId":"r"})";

TEST(Citations, OfGooglesSearchAreOpenAisAnnotations) {
  const std::string first =
      R"({"type":"url_citation","url_citation":{"start_index":6,"end_index":15,"url":"https://a","title":"A"}})";
  const std::string second =
      R"({"type":"url_citation","url_citation":{"start_index":6,"end_index":15,"url":"https://b","title":"B"}})";
  EXPECT_TRUE(answered(kGemini, kChat, kGrounded)
                  .contains(R"("annotations":[)" + first + "," + second + "]"));
  EXPECT_TRUE(
      answered(kGemini, kResponses, kGrounded)
          .contains(
              R"("annotations":[{"type":"url_citation","start_index":6,"end_index":15,"url":"https://a","title":"A"},)"));
}

TEST(Citations, OfGooglesSearchComeInStreamsToo) {
  const std::string stream =
      R"(data: {"candidates":[{"content":{"parts":[{"text":"Grüße "}]}}],"responseId":"r"})"
      "\n\n"
      R"(data: {"candidates":[{"content":{"parts":[{"text":"aus Oslo."}]},"finishReason":"STOP","groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}}],)"
      R"("groundingSupports":[{"segment":{"startIndex":8,"endIndex":17,"text":"aus Oslo."},"groundingChunkIndices":[0]}]}}]})"
      "\n\n";
  EXPECT_TRUE(
      streamed(kGemini, kChat, stream)
          .contains(
              R"("delta":{"annotations":[{"type":"url_citation","url_citation":{"start_index":6,"end_index":15,"url":"https://a","title":"A"}}]})"));
  const auto events = streamed(kGemini, kResponses, stream);
  EXPECT_TRUE(events.contains(
      R"("content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","start_index":6,)"));
  EXPECT_LT(events.find("response.output_text.annotation.added"),
            events.find("response.output_text.done"));
  EXPECT_TRUE(
      streamed(kGemini, kMessages, stream)
          .contains(
              R"("delta":{"type":"citations_delta","citation":{"type":"web_search_result_location",)"));
}

TEST(Citations, NameThePlacesOfAnswersThatAreCopies) {
  const std::string copied =
      R"({"candidates":[{"content":{"parts":[{"text":"To be or not"}]},"finishReason":"STOP","citationMetadata":)"
      R"({"citationSources":[{"startIndex":3,"endIndex":5,"uri":"https://s"},{"startIndex":0,"endIndex":99,"uri":"https://t"},{"endIndex":2}]}}]})";
  const auto reply = *read_reply(kGemini, copied);
  const auto& citations = std::get<TextPart>(reply.parts.front()).citations;
  ASSERT_EQ(citations.size(), 2U) << "one without an address says nothing";
  EXPECT_EQ(citation_line(citations[0]), "[https://s||| 0 0 0 0 0 3 5]");
  EXPECT_EQ(citation_line(citations[1]), "[https://t||| 0 0 0 0 0 0 0]") << "all of it";
}

const std::string kPage =
    R"({"type":"page_location","cited_text":"c","document_title":"T","document_index":1,"start_page_number":2,"end_page_number":3})";

TEST(Citations, OfDocumentsComeFromConverseAsFromAnthropic) {
  const std::string reply =
      R"({"output":{"message":{"role":"assistant","content":[{"citationsContent":{"content":[{"text":"an"},{"text":"swer"}],"citations":[)"
      R"({"title":"T","sourceContent":[{"text":"c"}],"location":{"documentPage":{"documentIndex":1,"start":2,"end":3}}},{"title":"nowhere"}]}}]}},"stopReason":"end_turn"})";
  EXPECT_TRUE(answered(kConverse, kMessages, reply)
                  .contains(R"({"type":"text","text":"answer","citations":[)" + kPage + "]}"));
  std::string stream;
  const auto event = [&](const std::string& type, const std::string& payload) {
    const std::vector<FrameHeader> headers{
        {.name = ":event-type", .type = FrameHeader::Type::String, .text = type},
        {.name = ":message-type", .type = FrameHeader::Type::String, .text = "event"}};
    append_frame(headers, payload, stream);
  };
  event("messageStart", R"({"role":"assistant"})");
  event("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"answer"}})");
  event(
      "contentBlockDelta",
      R"({"contentBlockIndex":0,"delta":{"citation":{"title":"T","sourceContent":[{"text":"c"}],"location":{"documentPage":{"documentIndex":1,"start":2,"end":3}}}}})");
  event("contentBlockStop", R"({"contentBlockIndex":0})");
  event("messageStop", R"({"stopReason":"end_turn"})");
  event("metadata", R"({"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}})");
  EXPECT_TRUE(
      streamed(kConverse, kMessages, stream)
          .contains(
              R"({"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":)" +
              kPage + "}}"));
}

TEST(Citations, OfDocumentsHaveNoPlaceInOpenAisDialects) {
  const std::string reply = R"({"id":"msg_1","content":[{"type":"text","text":"a","citations":[)" +
                            kPage + R"(]}],"stop_reason":"end_turn"})";
  EXPECT_FALSE(answered(kMessages, kChat, reply).contains("annotations"));
  EXPECT_TRUE(answered(kMessages, kResponses, reply).contains(R"("annotations":[])"));
  EXPECT_TRUE(answered(kMessages, kMessages, reply).contains(kPage));
}

TEST(Citations, OfTheWebAreForTheWholeOfAnthropicsBlock) {
  const std::string reply =
      R"({"id":"msg_1","content":[{"type":"text","text":"Ünd "},{"type":"text","text":"Oslo","citations":[)"
      R"({"type":"web_search_result_location","url":"https://a","title":"A","cited_text":"c","encrypted_index":"e"}]}],"stop_reason":"end_turn"})";
  EXPECT_TRUE(
      answered(kMessages, kChat, reply)
          .contains(
              R"("annotations":[{"type":"url_citation","url_citation":{"start_index":4,"end_index":8,"url":"https://a","title":"A"}}])"));
  EXPECT_TRUE(answered(kMessages, kMessages, reply).contains(R"("encrypted_index":"e")"));
}

TEST(Citations, OfOpenAisReplyReachClientsOfTheOthers) {
  const std::string chat =
      R"({"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Oslo","annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":4,"url":"https://a","title":"A"}}]},"finish_reason":"stop"}]})";
  EXPECT_TRUE(
      answered(kChat, kMessages, chat)
          .contains(
              R"("citations":[{"type":"web_search_result_location","cited_text":"","url":"https://a","title":"A","encrypted_index":""}])"));
  EXPECT_TRUE(
      answered(kChat, kResponses, chat)
          .contains(
              R"("annotations":[{"type":"url_citation","start_index":0,"end_index":4,"url":"https://a","title":"A"}])"));
}

// What another vendor's search has found proves nothing to Anthropic, which would refuse it.
TEST(Citations, InAConversationGoBackWithTheirProofOnly) {
  const auto history = [](const std::string& proof) {
    return R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"text","text":"a","citations":[)"
           R"({"type":"web_search_result_location","cited_text":"","url":"u","title":null,"encrypted_index":")" +
           proof + R"("}]}]},{"role":"user","content":"q"}]})";
  };
  WriteRules rules;
  rules.model = "claude-sonnet-4-5";
  const auto sent = [&](Dialect to, const std::string& proof) {
    return *write_request(to, *read_request(kMessages, history(proof)), rules);
  };
  EXPECT_TRUE(sent(kMessages, "e").contains(R"("encrypted_index":"e")"));
  EXPECT_FALSE(sent(kMessages, "").contains("citations"));
  EXPECT_FALSE(sent(kConverse, "e").contains("itations")) << "the words say what was found";
  EXPECT_FALSE(sent(kChat, "e").contains("annotations"));
}

TEST(Citations, OfTheSystemsWordsAreRefused) {
  const auto read = read_request(
      kMessages,
      R"({"model":"m","max_tokens":9,"system":[{"type":"text","text":"s","citations":[{"type":"x"}]}],"messages":[{"role":"user","content":"q"}]})");
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error().message.starts_with("`system[]` has to be a block of type \"text\""));
}

}  // namespace
}  // namespace meridian
