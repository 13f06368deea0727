#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "base/rng.h"
#include "cloud/hash.h"
#include "cloud/speak.h"

namespace meridian {
namespace {

using Form = CloudEmbedding::Form;

std::vector<float> direction(Rng& rng, std::size_t dimensions) {
  std::vector<float> made(dimensions);
  double square = 0;
  for (auto& value : made) {
    value = static_cast<float>(rng.unit() - 0.5);
    square += static_cast<double>(value) * static_cast<double>(value);
  }
  const auto length = static_cast<float>(std::sqrt(std::max(square, 1e-9)));
  for (auto& value : made) {
    value /= length;
  }
  return made;
}

std::string as_text(const std::vector<float>& values, bool base64) {
  if (!base64) {
    return fmt::format("[{:.6f}]", fmt::join(values, ","));
  }
  std::string bytes;
  for (const auto value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (const unsigned shift : {0U, 8U, 16U, 24U}) {  // Little endian, as OpenAI's SDK expects.
      bytes += static_cast<char>(bits >> shift & 0xFFU);
    }
  }
  return quoted(base64_of(bytes));
}

// What stands around one vector.
std::string entry_of(const CloudEmbedding& wish, std::size_t index, const std::string& vector) {
  switch (wish.form) {
    case Form::OpenAi:
      return fmt::format(R"({{"object":"embedding","index":{},"embedding":{}}})", index, vector);
    case Form::Predict:
      return fmt::format(
          R"({{"embeddings":{{"values":{},"statistics":{{"truncated":false,"token_count":{}}}}}}})",
          vector,
          tokens_of(wish.texts[index].size()));
    case Form::Batch:
      return fmt::format(R"({{"values":{}}})", vector);
    case Form::Titan:
    case Form::Cohere:
      return vector;
  }
  return vector;
}

}  // namespace

std::string embeddings_json(const CloudEmbedding& wish,
                            std::string_view model,
                            std::int64_t tokens) {
  std::string vectors;
  for (std::size_t i = 0; i < wish.texts.size(); ++i) {
    Rng rng(hash_of(wish.texts[i]));
    vectors += i == 0 ? "" : ",";
    vectors += entry_of(wish, i, as_text(direction(rng, wish.dimensions), wish.base64));
  }
  switch (wish.form) {
    case Form::OpenAi:
      return fmt::format(R"({{"object":"list","data":[{}],"model":{},)"
                         R"("usage":{{"prompt_tokens":{},"total_tokens":{}}}}})",
                         vectors,
                         quoted(model),
                         tokens,
                         tokens);
    case Form::Titan:
      return fmt::format(
          R"({{"embedding":{},"embeddingsByType":{{"float":{}}},"inputTextTokenCount":{}}})",
          vectors,
          vectors,
          tokens);
    case Form::Cohere:
      return wish.by_type
                 ? fmt::format(R"({{"id":"simulated","response_type":"embeddings_by_type",)"
                               R"("embeddings":{{"float":[{}]}}}})",
                               vectors)
                 : fmt::format(R"({{"id":"simulated","response_type":"embeddings_floats",)"
                               R"("embeddings":[{}]}})",
                               vectors);
    case Form::Predict:
      return fmt::format(R"({{"predictions":[{}]}})", vectors);
    case Form::Batch:
      return fmt::format(R"({{"embeddings":[{}]}})", vectors);
  }
  return {};
}

}  // namespace meridian
