#include "wire/documents.h"

#include <string>

#include <gtest/gtest.h>

#include "wire/codec.h"

namespace meridian {
namespace {

constexpr auto kChat = Dialect::OpenAiChat;
constexpr auto kResponses = Dialect::OpenAiResponses;
constexpr auto kMessages = Dialect::AnthropicMessages;
constexpr auto kConverse = Dialect::BedrockConverse;
constexpr auto kGemini = Dialect::Gemini;

const std::string kPdf =
    R"({"type":"file","file":{"filename":"My_report v1.2.pdf","file_data":"data:application/pdf;base64,QQ=="}})";

// The body that a provider gets for it, or the refusal.
std::string sent(Dialect from, Dialect to, const std::string& body, bool drop_params = false) {
  const auto request = read_request(from, body);
  EXPECT_TRUE(request) << request.error().message;
  WriteRules rules;
  rules.provider_name = "P";
  rules.model = to == kGemini ? "gemini-2.5-pro" : "claude-sonnet-4-5";
  rules.drop_params = drop_params;
  if (!request) {
    return {};
  }
  const auto written = write_request(to, *request, rules);
  return written ? *written : written.error().message;
}

// A user's message with these parts.
std::string chat(const std::string& parts) {
  return R"({"model":"m","messages":[{"role":"user","content":[)" + parts + "]}]}";
}

std::string messages(const std::string& blocks) {
  return R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":[)" + blocks + "]}]}";
}

std::string inside(const std::string& body, const std::string& front, const std::string& back) {
  const auto begin = body.find(front);
  const auto end = begin == std::string::npos ? begin : body.find(back, begin + front.size());
  return end == std::string::npos ? body
                                  : body.substr(begin + front.size(), end - begin - front.size());
}

// What stands in the only message's content.
std::string content(const std::string& body) {
  return inside(body, R"("content":[)", "]}]");
}

TEST(Documents, OfOpenAisClientsGoToEveryProvider) {
  EXPECT_EQ(
      content(sent(kChat, kMessages, chat(kPdf))),
      R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"QQ=="},"title":"My_report v1.2.pdf"})");
  EXPECT_EQ(
      content(sent(kChat, kConverse, chat(R"({"type":"text","text":"Read"},)" + kPdf))),
      R"({"text":"Read"},{"document":{"format":"pdf","name":"My report v1 2","source":{"bytes":"QQ=="}}})");
  EXPECT_EQ(inside(sent(kChat, kGemini, chat(kPdf)), R"("parts":[)", "]"),
            R"({"inlineData":{"mimeType":"application/pdf","data":"QQ=="}},{"text":" "})");
  EXPECT_EQ(content(sent(kChat, kChat, chat(kPdf))), kPdf);
}

TEST(Documents, HaveNamesThatConverseTakesAndNoTwoAlike) {
  const auto named = [](const std::string& name) {
    return R"({"type":"file","file":{"filename":")" + name +
           R"(","file_data":"data:application/pdf;base64,QQ=="}})";
  };
  const auto body = sent(kChat,
                         kConverse,
                         chat(named("a.pdf") + "," + named("a.pdf") + "," + named("é__ü.pdf") +
                              "," + named("x [1](2)-3") + "," + named(std::string(300, 'n'))));
  for (const std::string name : {"\"a\"", "\"a 2\"", "\"document\"", "\"x [1](2)-3\""}) {
    EXPECT_TRUE(body.contains("\"name\":" + name)) << name << " in " << body;
  }
  EXPECT_TRUE(body.contains("\"" + std::string(190, 'n') + "\""));
  EXPECT_TRUE(body.contains(R"({"text":"."})")) << "Converse refuses a document without a word";
}

TEST(Documents, SayWhatTheyAreByTheirNameWhereTheDataDoesNot) {
  const auto file = [](const std::string& name) {
    return chat(R"({"type":"file","file":{"filename":")" + name + R"(","file_data":"QUI="}})");
  };
  EXPECT_TRUE(sent(kChat, kConverse, file("a")).contains(R"("format":"pdf")"));
  EXPECT_TRUE(sent(kChat, kConverse, file("a.csv")).contains(R"("format":"csv")"));
  EXPECT_EQ(
      content(sent(kChat, kMessages, file("a.md"))),
      R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"AB"},"title":"a.md"})");
}

TEST(Documents, ThatCannotBeReadAreRefusedByTheFieldAndWithARemedy) {
  const auto stored = chat(R"({"type":"file","file":{"file_id":"file-1"}})");
  const std::string sentence =
      "`file.file_id`: a file that is stored elsewhere cannot be sent to P; send the file itself "
      "(file_data: data:application/pdf;base64,... or a `document` block)";
  EXPECT_EQ(sent(kChat, kMessages, stored), sentence);
  EXPECT_EQ(sent(kChat, kGemini, stored), sentence);
  EXPECT_EQ(sent(kChat, kMessages, stored, true), sentence) << "content is never dropped";
  EXPECT_EQ(content(sent(kChat, kChat, stored)), R"({"type":"file","file":{"file_id":"file-1"}})");
  EXPECT_EQ(sent(kMessages,
                 kChat,
                 messages(R"({"type":"document","source":{"type":"file","file_id":"f"}})")),
            "`source.file_id`: a file that is stored elsewhere cannot be sent to P; send the file "
            "itself (file_data: data:application/pdf;base64,... or a `document` block)");
  const auto word = chat(
      R"({"type":"file","file":{"filename":"a.doc","file_data":"data:application/msword;base64,QQ=="}})");
  EXPECT_EQ(sent(kChat, kMessages, word),
            "`file_data`: P takes PDF documents and text, not \"application/msword\"");
  const auto zip =
      chat(R"({"type":"file","file":{"file_data":"data:application/zip;base64,QQ=="}})");
  EXPECT_EQ(sent(kChat, kConverse, zip),
            "`file_data`: Bedrock takes PDF, text, Markdown, CSV, HTML, Word and Excel documents, "
            "not \"application/zip\"");
}

TEST(Documents, AtAUrlGoWhereTheyAreFetched) {
  const auto linked = messages(
      R"({"type":"document","source":{"type":"url","url":"https://x/a.pdf"}},{"type":"text","text":"t"})");
  EXPECT_TRUE(
      sent(kMessages, kMessages, linked)
          .contains(R"({"type":"document","source":{"type":"url","url":"https://x/a.pdf"}})"));
  EXPECT_TRUE(
      sent(kMessages, kGemini, linked)
          .contains(R"({"fileData":{"mimeType":"application/pdf","fileUri":"https://x/a.pdf"}})"));
  const std::string refusal =
      " fetches none; send the document itself (data:application/pdf;base64,...)";
  EXPECT_EQ(sent(kMessages, kConverse, linked), "`url` of a document: Bedrock" + refusal);
  EXPECT_EQ(sent(kMessages, kChat, linked), "`url` of a document: P" + refusal);
  const std::string input =
      R"({"model":"m","input":[{"role":"user","content":[{"type":"input_file","file_url":"https://x/a.pdf"}]}]})";
  EXPECT_TRUE(sent(kResponses, kResponses, input)
                  .contains(R"({"type":"input_file","file_url":"https://x/a.pdf"})"));
  EXPECT_TRUE(sent(kResponses, kMessages, input)
                  .contains(R"("source":{"type":"url","url":"https://x/a.pdf"})"));
}

TEST(Documents, AtAUrlAreNotForVertexOrInvokeModel) {
  const auto request = read_request(
      kMessages,
      messages(R"({"type":"document","source":{"type":"url","url":"https://x/a.pdf"}})"));
  WriteRules rules;
  rules.provider_name = "Vertex AI";
  rules.anthropic_version = "vertex-2023-10-16";
  EXPECT_EQ(write_request(kMessages, *request, rules).error().message,
            "`url` of a document: Vertex AI fetches none; send the document itself "
            "(data:application/pdf;base64,...)");
}

// Text, and blocks of it, are read by every model; only Claude takes them as documents.
TEST(Documents, OfTextAreTextElsewhere) {
  const auto text = messages(
      R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"Words."},"title":"T","context":"C"})");
  const auto blocks = messages(
      R"({"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}})");
  EXPECT_TRUE(sent(kMessages, kChat, text).contains(R"("content":"T\n\nC\n\nWords.")"));
  EXPECT_TRUE(sent(kMessages, kGemini, blocks).contains(R"({"text":"a\n\nb"})"));
  EXPECT_TRUE(
      sent(kMessages, kConverse, text)
          .contains(
              R"({"document":{"format":"txt","name":"T","source":{"text":"Words."},"context":"C"}})"));
  EXPECT_TRUE(sent(kMessages, kConverse, blocks)
                  .contains(R"("source":{"content":[{"text":"a"},{"text":"b"}]})"));
}

TEST(Documents, CanBeToolsResults) {
  const std::string result =
      R"({"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"here"},)"
      R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"QQ=="}}]}]}]})";
  EXPECT_TRUE(
      sent(kMessages, kConverse, result)
          .contains(
              R"({"toolResult":{"toolUseId":"t1","content":[{"text":"here"},{"document":{"format":"pdf","name":"document","source":{"bytes":"QQ=="}}}]}})"));
  EXPECT_TRUE(
      sent(kMessages, kChat, result)
          .contains(
              R"({"role":"tool","tool_call_id":"t1","content":"here"},{"role":"user","content":[{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,QQ=="}}]})"));
  EXPECT_TRUE(
      sent(kMessages, kGemini, result).contains(R"({"role":"user","parts":[{"inlineData":)"));
  EXPECT_TRUE(
      sent(
          kResponses,
          kMessages,
          R"({"model":"m","input":[{"type":"function_call","call_id":"t1","name":"f","arguments":"{}"},)"
          R"({"type":"function_call_output","call_id":"t1","output":[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,QQ=="}]}]})")
          .contains(R"("content":[{"type":"document","source":{"type":"base64")"));
}

TEST(Documents, AreCitedOnlyWhereThatCanBeAskedFor) {
  const auto cited = messages(
      R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"W"},"citations":{"enabled":true}},{"type":"text","text":"q"})");
  EXPECT_TRUE(sent(kMessages, kConverse, cited).contains(R"("citations":{"enabled":true})"));
  EXPECT_TRUE(sent(kMessages, kMessages, cited).contains(R"("citations":{"enabled":true})"));
  for (const auto to : {kChat, kGemini}) {
    EXPECT_EQ(sent(kMessages, to, cited),
              std::string("`citations` (of a document) cannot be sent to P (") +
                  (to == kGemini ? "gemini-2.5-pro" : "claude-sonnet-4-5") +
                  "); leave it out, or set `drop_params: true` for this deployment");
    EXPECT_FALSE(sent(kMessages, to, cited, true).contains("citations"));
  }
}

// LiteLLM's clients send PDFs in the place of images.
TEST(Documents, MayStandWhereAnImageStands) {
  EXPECT_TRUE(
      sent(kChat,
           kMessages,
           chat(R"({"type":"image_url","image_url":{"url":"data:application/pdf;base64,QQ=="}})"))
          .contains(
              R"({"type":"document","source":{"type":"base64","media_type":"application/pdf")"));
}

}  // namespace
}  // namespace meridian
