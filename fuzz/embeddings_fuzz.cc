// Embeddings and token counts: the first byte picks a provider's form; the rest is read as a
// client's request and as a provider's reply. What is read can be written, as valid JSON.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/count_tokens.h"
#include "wire/embeddings.h"
#include "wire/json.h"
#include "wire/openai/embeddings.h"

namespace {

using namespace meridian;

constexpr std::array kForms{EmbeddingForm::OpenAi,
                            EmbeddingForm::Titan,
                            EmbeddingForm::Cohere,
                            EmbeddingForm::VertexPredict,
                            EmbeddingForm::GeminiBatch};
constexpr std::array kCounts{CountForm::Anthropic,
                             CountForm::BedrockConverse,
                             CountForm::BedrockInvoke,
                             CountForm::Gemini,
                             CountForm::VertexGemini};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const auto form = kForms[data[0] % kForms.size()];
  const std::size_t vectors = data[1] % 4;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  JsonParser parser;
  if (const auto request = read_openai_embeddings(body)) {
    WriteRules rules;
    rules.provider_name = "fuzz";
    rules.model = "m";
    rules.drop_params = true;
    const EmbeddingSlice slice{.first = 0, .count = request->texts.empty() ? 0U : 1U};
    const auto written = write_embedding_request(form, *request, slice, rules);
    MERIDIAN_CHECK(!written || parser.parse(*written));
    // OpenAI's own: what was written reads as the same again.
    const auto own = write_openai_embeddings(*request, rules);
    auto again = read_openai_embeddings(own);
    MERIDIAN_CHECK(again && again->model == rules.model);
    again->model = request->model;
    MERIDIAN_CHECK(*again == *request);
  } else {
    MERIDIAN_CHECK(request.error().kind == FailureKind::BadRequest);
  }
  if (form != EmbeddingForm::OpenAi) {
    const auto reply = read_embedding_reply(form, body, vectors);
    MERIDIAN_CHECK(!reply || reply->vectors.size() == vectors);
    for (const auto& vector : reply ? reply->vectors : std::vector<std::string>{}) {
      MERIDIAN_CHECK(parser.parse(vector));
    }
  }
  const auto count = read_count_reply(kCounts[data[0] % kCounts.size()], body);
  MERIDIAN_CHECK(count || count.error().kind == FailureKind::ServerError);
  return 0;
}
