#include "wire/embeddings.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "wire/bedrock/embeddings.h"
#include "wire/failures.h"
#include "wire/gemini/embeddings.h"
#include "wire/json.h"
#include "wire/openai/embeddings.h"

namespace meridian {

namespace {

Result<EmbeddingReply> read_form(EmbeddingForm form, JsonValue reply) {
  switch (form) {
    case EmbeddingForm::Titan:
      return read_titan_embedding(reply);
    case EmbeddingForm::Cohere:
      return read_cohere_embeddings(reply);
    case EmbeddingForm::VertexPredict:
      return read_vertex_embeddings(reply);
    case EmbeddingForm::GeminiBatch:
      return read_gemini_embeddings(reply);
    case EmbeddingForm::OpenAi:  // Passes as it is.
    case EmbeddingForm::None:
      break;
  }
  MERIDIAN_CHECK(false);
}

}  // namespace

std::size_t embedding_texts_max(EmbeddingForm form, std::string_view model) {
  switch (form) {
    case EmbeddingForm::OpenAi:
      return 2048;
    case EmbeddingForm::Cohere:
      return 96;
    case EmbeddingForm::VertexPredict:
      return model.contains("gemini") ? 1 : 250;
    case EmbeddingForm::GeminiBatch:
      return 100;
    case EmbeddingForm::Titan:
    case EmbeddingForm::None:
      return 1;
  }
  MERIDIAN_CHECK(false);
}

Result<std::string> write_embedding_request(EmbeddingForm form,
                                            const EmbeddingRequest& request,
                                            EmbeddingSlice slice,
                                            const WriteRules& rules) {
  if (form == EmbeddingForm::OpenAi) {
    return write_openai_embeddings(request, rules);
  }
  if (form == EmbeddingForm::None) {
    return std::unexpected(
        bad_request(fmt::format("{} of {} makes no embeddings; ask for a model that does",
                                rules.model,
                                rules.provider_name),
                    "unsupported_operation"));
  }
  if (request.texts.empty()) {
    return std::unexpected(bad_request(
        fmt::format("`input` holds tokens, and {} takes text only; send the text itself",
                    rules.provider_name),
        "unsupported_parameter"));
  }
  switch (form) {
    case EmbeddingForm::Titan:
      return write_titan_embedding(request, slice.first, rules);
    case EmbeddingForm::Cohere:
      return write_cohere_embeddings(request, slice, rules);
    case EmbeddingForm::VertexPredict:
      return write_vertex_embeddings(request, slice, rules);
    case EmbeddingForm::GeminiBatch:
      return write_gemini_embeddings(request, slice, rules);
    case EmbeddingForm::OpenAi:
    case EmbeddingForm::None:
      break;
  }
  MERIDIAN_CHECK(false);
}

Result<EmbeddingReply> read_embedding_reply(EmbeddingForm form,
                                            std::string_view json,
                                            std::size_t vectors) {
  const auto document = thread_json_parser().parse(json);
  if (!document) {
    return std::unexpected(
        bad_reply("the provider's answer is not valid JSON: " + to_text(document.error())));
  }
  auto reply = read_form(form, *document);
  if (!reply) {
    return reply;
  }
  const bool all_there = std::ranges::all_of(
      reply->vectors, [](const auto& vector) { return vector.starts_with('['); });
  if (reply->vectors.size() != vectors || !all_there) {
    return std::unexpected(
        bad_reply(fmt::format("the provider's answer holds {} embeddings where {} were asked for",
                              all_there ? reply->vectors.size() : 0,
                              vectors)));
  }
  return reply;
}

}  // namespace meridian
