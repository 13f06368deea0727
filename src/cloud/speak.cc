#include "cloud/speak.h"

#include <algorithm>
#include <numeric>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace meridian {

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

std::string joined(const std::vector<std::string>& pieces) {
  return std::accumulate(pieces.begin(), pieces.end(), std::string());
}

std::string base64_of(std::string_view bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto part = bytes.substr(i, 3);
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      word = word << 8U | (j < part.size() ? static_cast<unsigned char>(part[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= part.size() ? kLetters[word >> (18U - 6U * j) & 63U] : '=';
    }
  }
  return out;
}

std::vector<std::string> fragments(std::string_view text) {
  std::vector<std::string> made;
  for (std::size_t at = 0; at < text.size();) {
    auto end = std::min(at + 8, text.size());
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      ++end;  // Not inside a character.
    }
    made.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return made;
}

CloudPerformance speak(const Speech& speech) {
  switch (speech.operation) {
    case CloudOperation::Converse:
    case CloudOperation::ConverseStream:
      return speak_converse(speech);
    case CloudOperation::Generate:
    case CloudOperation::StreamGenerate:
      return speak_generate(speech);
    case CloudOperation::Chat:
    case CloudOperation::Completions:
      return speak_chat(speech);
    case CloudOperation::Responses:
      return speak_responses(speech);
    case CloudOperation::Invoke:
    case CloudOperation::InvokeStream:
    case CloudOperation::Messages:
    case CloudOperation::RawPredict:
    case CloudOperation::StreamRawPredict:
      return speak_messages(speech);
    case CloudOperation::BedrockCountTokens:
    case CloudOperation::MessagesCountTokens:
    case CloudOperation::RawCountTokens:
    case CloudOperation::GeminiCountTokens:
    case CloudOperation::Embeddings:
    case CloudOperation::Predict:
    case CloudOperation::BatchEmbedContents:
    case CloudOperation::Models:
    case CloudOperation::GoogleToken:
    case CloudOperation::EntraToken:
    case CloudOperation::Sts:
    case CloudOperation::Unknown:
      break;
  }
  return {};
}

std::string counted_json(CloudOperation operation, std::int64_t tokens) {
  const std::string_view name = operation == CloudOperation::BedrockCountTokens  ? "inputTokens"
                                : operation == CloudOperation::GeminiCountTokens ? "totalTokens"
                                                                                 : "input_tokens";
  return fmt::format(R"({{"{}":{}}})", name, tokens);
}

std::string models_json(Provider provider, std::int64_t created) {
  if (provider == Provider::Anthropic) {
    return R"({"data":[{"type":"model","id":"claude-simulated","display_name":"Claude, simulated",)"
           R"("created_at":"2026-01-01T00:00:00Z"}],"first_id":"claude-simulated",)"
           R"("last_id":"claude-simulated","has_more":false})";
  }
  return fmt::format(
      R"({{"object":"list","data":[{{"id":"simulated","object":"model","created":{},"owned_by":"simulated-cloud"}}]}})",
      created);
}

}  // namespace meridian
