#include "cloud/route.h"

#include <algorithm>
#include <array>

namespace meridian {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                        hex_digit(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct Ending {
  std::string_view text;
  CloudOperation operation;
};

// /model/{one segment}/{operation}: a slash in the model's id has to be encoded, or there is no
// such operation, as with Bedrock.
CloudRoute bedrock_route(std::string_view path) {
  static constexpr std::array<Ending, 5> kOperations = {{
      {"converse", CloudOperation::Converse},
      {"converse-stream", CloudOperation::ConverseStream},
      {"invoke", CloudOperation::Invoke},
      {"invoke-with-response-stream", CloudOperation::InvokeStream},
      {"count-tokens", CloudOperation::BedrockCountTokens},
  }};
  path.remove_prefix(std::string_view("/model/").size());
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0) {
    return {};
  }
  const auto* const found = std::ranges::find(kOperations, path.substr(slash + 1), &Ending::text);
  if (found == kOperations.end()) {
    return {};
  }
  return {.operation = found->operation, .model = decoded(path.substr(0, slash)), .query = {}};
}

// .../models/{model}:{verb}
CloudRoute google_route(std::string_view path) {
  static constexpr std::array<Ending, 7> kVerbs = {{
      {"rawPredict", CloudOperation::RawPredict},
      {"streamRawPredict", CloudOperation::StreamRawPredict},
      {"generateContent", CloudOperation::Generate},
      {"streamGenerateContent", CloudOperation::StreamGenerate},
      {"countTokens", CloudOperation::GeminiCountTokens},
      {"predict", CloudOperation::Predict},
      {"batchEmbedContents", CloudOperation::BatchEmbedContents},
  }};
  const auto models = path.find("/models/");
  const auto colon = path.rfind(':');
  if (models == std::string_view::npos || colon == std::string_view::npos || colon < models) {
    return {};
  }
  const auto* const found = std::ranges::find(kVerbs, path.substr(colon + 1), &Ending::text);
  if (found == kVerbs.end()) {
    return {};
  }
  const auto begin = models + std::string_view("/models/").size();
  CloudRoute route{.operation = found->operation,
                   .model = decoded(path.substr(begin, colon - begin)),
                   .query = {}};
  if (route.operation == CloudOperation::RawPredict && route.model == "count-tokens") {
    route.operation = CloudOperation::RawCountTokens;
  }
  return route;
}

// By the end of the path: compatible servers stand under all sorts of prefixes.
CloudRoute openai_route(std::string_view method, std::string_view path) {
  CloudRoute route;
  if (method == "GET") {
    if (path.ends_with("/models")) {
      route.operation = CloudOperation::Models;
    }
    return route;
  }
  if (path.ends_with("/messages")) {
    route.operation = CloudOperation::Messages;
  } else if (path.ends_with("/messages/count_tokens")) {
    route.operation = CloudOperation::MessagesCountTokens;
  } else if (path.ends_with("/chat/completions")) {
    route.operation = CloudOperation::Chat;
  } else if (path.ends_with("/responses")) {
    route.operation = CloudOperation::Responses;
  } else if (path.ends_with("/completions")) {
    route.operation = CloudOperation::Completions;
  } else if (path.ends_with("/embeddings")) {
    route.operation = CloudOperation::Embeddings;
  }
  constexpr std::string_view kDeployments = "/openai/deployments/";
  if (path.starts_with(kDeployments)) {
    path.remove_prefix(kDeployments.size());
    route.model = decoded(path.substr(0, path.find('/')));
  }
  return route;
}

}  // namespace

std::string_view name_of(CloudOperation operation) {
  static constexpr std::array<std::string_view, 24> kNames = {
      "Converse",
      "ConverseStream",
      "InvokeModel",
      "InvokeModelWithResponseStream",
      "CountTokens",
      "messages",
      "messages.count_tokens",
      "rawPredict",
      "streamRawPredict",
      "count-tokens",
      "generateContent",
      "streamGenerateContent",
      "countTokens",
      "chat.completions",
      "responses",
      "completions",
      "embeddings",
      "predict",
      "batchEmbedContents",
      "models",
      "google.token",
      "entra.token",
      "sts",
      "unknown",
  };
  return kNames[static_cast<std::size_t>(operation)];
}

CloudRoute route_of(std::string_view method, std::string_view target, Provider provider) {
  const auto mark = std::min(target.find('?'), target.size());
  const auto path = target.substr(0, mark);
  CloudRoute route;
  if (method == "POST" && path.starts_with("/model/")) {
    route = bedrock_route(path);
  } else if (method == "POST" && path.contains("/models/") && path.contains(':')) {
    route = google_route(path);
  } else if (method == "POST" && path.ends_with("/oauth2/v2.0/token")) {
    route.operation = CloudOperation::EntraToken;
  } else if (method == "POST" && path.ends_with("/token")) {
    route.operation = CloudOperation::GoogleToken;
  } else if (method == "POST" && path == "/" && provider == Provider::Bedrock) {
    route.operation = CloudOperation::Sts;
  } else {
    route = openai_route(method, path);
  }
  route.query = target.substr(std::min(mark + 1, target.size()));
  return route;
}

}  // namespace meridian
