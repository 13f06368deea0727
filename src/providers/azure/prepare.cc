#include "providers/prepare.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "providers/percent.h"

namespace meridian {
namespace {

constexpr std::string_view kDefaultVersion =
    "2025-02-01-preview";  // LiteLLM's, so that files mean the same.

// The version that stands in the URL itself, where somebody pasted the whole of it.
std::string_view version_in(std::string_view query) {
  constexpr std::string_view kName = "api-version=";
  const auto begin = query.find(kName);
  if (begin == std::string_view::npos) {
    return {};
  }
  const auto value = query.substr(begin + kName.size());
  return value.substr(0, value.find('&'));
}

bool is_new_style(std::string_view version) {
  return version == "v1" || version == "latest" || version == "preview";
}

constexpr std::string_view kTail = "/chat/completions";

std::string v1_path(std::string root, std::string_view tail, std::string_view version) {
  if (root.find("/openai/v1") == std::string::npos) {
    root += root.ends_with("/openai") ? "/v1" : "/openai/v1";
  }
  return fmt::format("{}{}{}", root, tail, version == "preview" ? "?api-version=preview" : "");
}

// Without a model: /openai/<tail>.
std::string classic_path(std::string root, std::string_view tail, std::string_view version) {
  if (root.find("/deployments/") == std::string::npos && !root.ends_with("/openai")) {
    root += "/openai";
  }
  return fmt::format("{}{}?api-version={}", root, tail, version);
}

std::string deployment_path(const std::string& root,
                            std::string_view model,
                            std::string_view tail,
                            std::string_view version) {
  const bool named = root.find("/deployments/") != std::string::npos;
  return classic_path(
      root,
      named ? std::string(tail) : fmt::format("/deployments/{}{}", model_segment(model), tail),
      version);
}

// The Responses API came with the dated version 2025-03-01-preview, outside of the deployments'
// paths (providers.md §5.1).
bool has_responses(std::string_view dated_version) {
  return dated_version.substr(0, 10) >= "2025-03-01";
}

void prepare_v1(Preparing& at, const std::string& root, std::string_view version) {
  auto& upstream = at.upstream;
  upstream.path = v1_path(root, kTail, version);
  upstream.second.push_back({Dialect::OpenAiResponses, v1_path(root, "/responses", version), {}});
  if (completes_text(at)) {
    upstream.second.push_back(
        {Dialect::OpenAiCompletions, v1_path(root, "/completions", version), {}});
  }
}

void prepare_classic(Preparing& at, const std::string& root, std::string_view version) {
  auto& upstream = at.upstream;
  const auto& model = at.deployment.model;
  upstream.path = deployment_path(root, model, kTail, version);
  if (has_responses(version)) {
    const auto above = root.substr(0, root.find("/deployments/"));
    upstream.second.push_back(
        {Dialect::OpenAiResponses, classic_path(above, "/responses", version), {}});
  }
  if (completes_text(at)) {
    upstream.second.push_back(
        {Dialect::OpenAiCompletions, deployment_path(root, model, "/completions", version), {}});
  }
}

}  // namespace

// Two styles: the classic one with the deployment in the path and a dated api-version, and v1,
// where the deployment is the body's `model`.
void prepare_azure(Preparing& at) {
  auto& upstream = at.upstream;
  const auto& params = upstream.params;
  upstream.dialect = Dialect::OpenAiChat;
  if (params.api_base.empty()) {
    upstream.problem =
        "api_base is not set: write the resource's endpoint, such as "
        "https://my-resource.openai.azure.com.";
    return;
  }
  const auto base = take_base(at, "api_base", params.api_base);
  const auto version = params.api_version.empty() ? std::string(version_in(base.query))
                                                  : percent_encode(params.api_version);
  const bool v1 = base.path.find("/openai/v1") != std::string::npos || is_new_style(version);
  const auto root =
      base.path.ends_with(kTail) ? base.path.substr(0, base.path.size() - kTail.size()) : base.path;
  if (v1) {
    prepare_v1(at, root, version);
  } else {
    prepare_classic(at, root, version.empty() ? kDefaultVersion : std::string_view(version));
  }
  upstream.stream_path = upstream.path;
}

}  // namespace meridian
