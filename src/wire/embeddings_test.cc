#include "wire/embeddings.h"

#include <bit>
#include <cstring>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/json_writer.h"
#include "wire/openai/embeddings.h"

namespace meridian {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

EmbeddingRequest read(std::string_view json) {
  auto request = read_openai_embeddings(json);
  EXPECT_TRUE(request) << request.error().message;
  return request.value_or(EmbeddingRequest{});
}

std::string complaint(std::string_view json) {
  const auto request = read_openai_embeddings(json);
  return request ? "none" : request.error().message;
}

WriteRules rules_for(std::string_view model) {
  WriteRules rules;
  rules.provider_name = "somebody";
  rules.model = model;
  return rules;
}

std::string write(EmbeddingForm form,
                  std::string_view json,
                  std::string_view model,
                  EmbeddingSlice slice = {0, 1}) {
  const auto body = write_embedding_request(form, read(json), slice, rules_for(model));
  return body ? *body : body.error().message;
}

TEST(ReadEmbeddings, TakesEachShapeOfInput) {
  const auto one = read(R"({"model":"e","input":"hi \"there\""})");
  EXPECT_THAT(one.texts, ElementsAre("hi \"there\""));
  EXPECT_EQ(one.size, 1U);
  EXPECT_FALSE(one.base64);
  const auto two = read(R"({"model":"e","input":["a","b"],"encoding_format":"base64"})");
  EXPECT_THAT(two.texts, ElementsAre("a", "b"));
  EXPECT_EQ(two.size, 2U);
  EXPECT_TRUE(two.base64);
  const auto tokens = read(R"({"model":"e","input":[1,2,3]})");
  EXPECT_TRUE(tokens.texts.empty());
  EXPECT_EQ(tokens.size, 1U);
  EXPECT_EQ(tokens.input_json, "[1,2,3]");
  EXPECT_EQ(read(R"({"model":"e","input":[[1],[2,3]]})").size, 2U);
}

TEST(ReadEmbeddings, KeepsWhatIsForTheProviderAndNotWhatIsForUs) {
  const auto request =
      read(R"({"model":"e","input":"a","dimensions":256,"user":"u","input_type":"search_query",)"
           R"("num_retries":3,"metadata":{"tags":["a"]},"truncate":null})");
  EXPECT_EQ(request.dimensions, 256);
  EXPECT_THAT(request.other,
              ElementsAre(Pair("user", "\"u\""), Pair("input_type", "\"search_query\"")));
}

TEST(ReadEmbeddings, NamesWhatIsWrong) {
  EXPECT_EQ(complaint(R"({"input":"a"})"), "`model` is missing or empty");
  EXPECT_EQ(complaint(R"({"model":"e"})"), "`input` is missing or empty");
  EXPECT_THAT(complaint(R"({"model":"e","input":""})"), HasSubstr("empty string"));
  EXPECT_THAT(complaint(R"({"model":"e","input":["a",""]})"), HasSubstr("empty string"));
  EXPECT_EQ(complaint(R"({"model":"e","input":null})"), "`input` is missing or empty");
  EXPECT_EQ(complaint(R"({"model":"e","input":"a","input":"b"})"),
            "`input` is there twice; write it once");
  EXPECT_EQ(complaint(R"({"model":"e","input":"a","x":1,"x":2})"),
            "`x` is there twice; write it once");
  for (const auto* input : {"[]", "{}", "7", "[1,\"a\"]", "[[]]", "[[1],[\"a\"]]", "[1.5]"}) {
    EXPECT_THAT(complaint(fmt::format(R"({{"model":"e","input":{}}})", input)),
                HasSubstr("`input` has to be a string, an array of strings"))
        << input;
  }
  EXPECT_THAT(complaint(R"({"model":"e","input":"a","encoding_format":"int8"})"),
              HasSubstr("`encoding_format` has to be \"float\" or \"base64\""));
  EXPECT_THAT(complaint(R"({"model":"e","input":"a","dimensions":"x"})"),
              HasSubstr("`dimensions` has to be a whole number"));
  std::string many = R"({"model":"e","input":"a")";
  for (int i = 0; i < 257; ++i) {
    many += fmt::format(R"(,"x{}":1)", i);
  }
  EXPECT_THAT(complaint(many + "}"), HasSubstr("more than 256 fields that no dialect knows"));
}

TEST(WriteEmbeddings, ForOpenAiChangeTheModelOnly) {
  EXPECT_EQ(
      write(
          EmbeddingForm::OpenAi,
          R"({"model":"e","input":[[1],[2]],"user":"u","dimensions":8,"encoding_format":"base64"})",
          "text-embedding-3-small",
          {0, 2}),
      R"({"model":"text-embedding-3-small","input":[[1],[2]],"dimensions":8,)"
      R"("encoding_format":"base64","user":"u"})");
}

TEST(WriteEmbeddings, ForTitanHoldOneText) {
  constexpr std::string_view kBoth =
      R"({"model":"e","input":["a","b"],"dimensions":256,"normalize":false,"user":"u"})";
  EXPECT_EQ(write(EmbeddingForm::Titan, kBoth, "amazon.titan-embed-text-v2:0", {1, 1}),
            R"({"inputText":"b","dimensions":256,"normalize":false})");
  EXPECT_THAT(write(EmbeddingForm::Titan, kBoth, "amazon.titan-embed-text-v1"),
              HasSubstr("`dimensions` cannot be sent to somebody (amazon.titan-embed-text-v1)"));
}

TEST(WriteEmbeddings, ForCohereSayWhatTheTextsAreFor) {
  EXPECT_EQ(write(EmbeddingForm::Cohere,
                  R"({"model":"e","input":["a","b","c"]})",
                  "cohere.embed-english-v3",
                  {1, 2}),
            R"({"texts":["b","c"],"input_type":"search_document","embedding_types":["float"]})");
  EXPECT_EQ(write(EmbeddingForm::Cohere,
                  R"({"model":"e","input":"a","input_type":"search_query","dimensions":512})",
                  "us.cohere.embed-v4:0"),
            R"({"texts":["a"],"embedding_types":["float"],"output_dimension":512,)"
            R"("input_type":"search_query"})");
  EXPECT_THAT(write(EmbeddingForm::Cohere,
                    R"({"model":"e","input":"a","dimensions":512})",
                    "cohere.embed-english-v3"),
              HasSubstr("`dimensions` cannot be sent"));
}

TEST(WriteEmbeddings, ForVertexAreInstancesToPredict) {
  EXPECT_EQ(
      write(
          EmbeddingForm::VertexPredict,
          R"({"model":"e","input":["a","b"],"dimensions":768,"input_type":"RETRIEVAL_QUERY","auto_truncate":false})",
          "gemini-embedding-001",
          {1, 1}),
      R"({"instances":[{"content":"b","task_type":"RETRIEVAL_QUERY"}],)"
      R"("parameters":{"outputDimensionality":768,"autoTruncate":false}})");
}

TEST(WriteEmbeddings, ForGeminiAreRequestsInABatch) {
  EXPECT_EQ(
      write(EmbeddingForm::GeminiBatch,
            R"({"model":"e","input":["a","b"],"dimensions":768,"task_type":"RETRIEVAL_QUERY"})",
            "gemini-embedding-001",
            {0, 2}),
      R"({"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},)"
      R"("outputDimensionality":768,"taskType":"RETRIEVAL_QUERY"},)"
      R"({"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b"}]},)"
      R"("outputDimensionality":768,"taskType":"RETRIEVAL_QUERY"}]})");
}

TEST(WriteEmbeddings, AreNeverSilentAboutWhatAProviderCannotDo) {
  EXPECT_THAT(write(EmbeddingForm::Titan, R"({"model":"e","input":[1,2]})", "t"),
              HasSubstr("`input` holds tokens, and somebody takes text only"));
  EXPECT_THAT(write(EmbeddingForm::None, R"({"model":"e","input":"a"})", "claude"),
              HasSubstr("makes no embeddings"));
  EXPECT_THAT(write(EmbeddingForm::GeminiBatch, R"({"model":"e","input":"a","weights":1})", "g"),
              HasSubstr("`weights` cannot be sent"));
  auto rules = rules_for("g");
  rules.drop_params = true;
  EXPECT_TRUE(write_embedding_request(
      EmbeddingForm::GeminiBatch, read(R"({"model":"e","input":"a","weights":1})"), {0, 1}, rules));
}

TEST(ReadEmbeddingReply, KeepsEveryDigit) {
  const auto titan = read_embedding_reply(
      EmbeddingForm::Titan,
      R"({"embedding":[-0.012345678901234567,1e-9],"inputTextTokenCount":4,"embeddingsByType":{}})",
      1);
  ASSERT_TRUE(titan);
  EXPECT_THAT(titan->vectors, ElementsAre("[-0.012345678901234567,1e-9]"));
  EXPECT_EQ(titan->tokens, 4);
  const auto cohere = read_embedding_reply(
      EmbeddingForm::Cohere, R"({"embeddings":{"float":[[1],[2]]},"id":"x"})", 2);
  ASSERT_TRUE(cohere);
  EXPECT_THAT(cohere->vectors, ElementsAre("[1]", "[2]"));
  EXPECT_EQ(cohere->tokens, std::nullopt);
  EXPECT_TRUE(read_embedding_reply(EmbeddingForm::Cohere, R"({"embeddings":[[1]]})", 1));
  const auto vertex = read_embedding_reply(
      EmbeddingForm::VertexPredict,
      R"({"predictions":[{"embeddings":{"values":[1],"statistics":{"truncated":false,"token_count":4}}},)"
      R"({"embeddings":{"values":[2],"statistics":{"token_count":5.0}}}]})",
      2);
  ASSERT_TRUE(vertex);
  EXPECT_THAT(vertex->vectors, ElementsAre("[1]", "[2]"));
  EXPECT_EQ(vertex->tokens, 9);
  const auto gemini =
      read_embedding_reply(EmbeddingForm::GeminiBatch, R"({"embeddings":[{"values":[3]}]})", 1);
  ASSERT_TRUE(gemini);
  EXPECT_EQ(gemini->tokens, std::nullopt);
}

TEST(ReadEmbeddingReply, RefusesAnAnswerThatIsNotWhole) {
  for (const auto form : {EmbeddingForm::Titan,
                          EmbeddingForm::Cohere,
                          EmbeddingForm::VertexPredict,
                          EmbeddingForm::GeminiBatch}) {
    for (const std::string_view json : {"",
                                        "{}",
                                        R"({"embeddings":[[1]]})",
                                        R"({"embedding":1})",
                                        R"({"predictions":[{},{}]})",
                                        R"({"embeddings":[{},{}]})"}) {
      const auto reply = read_embedding_reply(form, json, 2);
      ASSERT_FALSE(reply) << json;
      EXPECT_EQ(reply.error().kind, FailureKind::ServerError);
    }
  }
}

TEST(WriteEmbeddingReply, IsOpenAis) {
  EXPECT_EQ(
      write_openai_embeddings_reply({.vectors = {"[0.5]", "[1e-3]"}, .tokens = 6}, "e", false),
      R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]},)"
      R"({"object":"embedding","index":1,"embedding":[1e-3]}],"model":"e",)"
      R"("usage":{"prompt_tokens":6,"total_tokens":6}})");
}

std::vector<float> floats_in(std::string_view base64) {
  const auto bytes = from_base64(base64).value_or("");
  std::vector<float> floats(bytes.size() / 4);
  static_assert(std::endian::native == std::endian::little);
  std::memcpy(floats.data(), bytes.data(), floats.size() * 4);
  return floats;
}

// Whatever a provider's numbers are, base64 gives the same float32 that reading its text would.
TEST(WriteEmbeddingReply, SaysTheSameInBase64) {
  Rng rng(2048);
  for (int round = 0; round < 50; ++round) {
    std::vector<float> numbers;
    std::string text;
    JsonWriter json(text);
    json.begin_array();
    for (std::size_t i = 0, size = 1 + rng.below(64); i < size; ++i) {
      const double number = (rng.unit() - 0.5) * (rng.below(2) == 0 ? 1.0 : 1e-6);
      numbers.push_back(static_cast<float>(number));
      json.real(number);
    }
    json.end_array();
    const auto written = write_openai_embeddings_reply({.vectors = {text}, .tokens = 1}, "e", true);
    const auto reply = thread_json_parser().parse(written);
    ASSERT_TRUE(reply);
    const auto items = (*reply)["data"].items();
    EXPECT_EQ(floats_in((*items.begin())["embedding"].text()), numbers);
  }
}

TEST(EmbeddingTextsMax, IsTheProvidersLimit) {
  EXPECT_EQ(embedding_texts_max(EmbeddingForm::Titan, "amazon.titan-embed-text-v2:0"), 1U);
  EXPECT_EQ(embedding_texts_max(EmbeddingForm::Cohere, "cohere.embed-v4:0"), 96U);
  EXPECT_EQ(embedding_texts_max(EmbeddingForm::VertexPredict, "text-embedding-005"), 250U);
  EXPECT_EQ(embedding_texts_max(EmbeddingForm::VertexPredict, "gemini-embedding-001"), 1U);
  EXPECT_EQ(embedding_texts_max(EmbeddingForm::GeminiBatch, "gemini-embedding-001"), 100U);
}

}  // namespace
}  // namespace meridian
