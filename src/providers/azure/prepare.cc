#include "providers/prepare.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

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

// What stands before and behind the endpoint's name.
struct Style {
  std::string root;
  std::string query;
  std::string responses_root;  // Empty: it does not have that endpoint.
};

Style style_of_v1(std::string root, std::string_view version) {
  if (!root.contains("/openai/v1")) {
    root += root.ends_with("/openai") ? "/v1" : "/openai/v1";
  }
  return {.root = root,
          .query = version == "preview" ? "?api-version=preview" : "",
          .responses_root = root};
}

// The Responses API came with the dated version 2025-03-01-preview, outside of the deployments'
// paths (learn.microsoft.com/azure/ai-foundry/openai/how-to/responses).
constexpr std::string_view kResponsesVersion = "2025-03-01-preview";

bool has_responses(std::string_view dated_version) {
  constexpr std::size_t kDateBytes = 10;
  return dated_version.substr(0, kDateBytes) >= kResponsesVersion.substr(0, kDateBytes);
}

Style classic_style(std::string root, std::string_view model, std::string_view dated) {
  Style style{.root = {}, .query = fmt::format("?api-version={}", dated), .responses_root = {}};
  auto above = root.substr(0, root.find("/deployments/"));
  const bool named = above.size() < root.size();
  above += above.ends_with("/openai") ? "" : "/openai";
  style.root = named ? std::move(root) : above + "/deployments/" + model_segment(model);
  if (has_responses(dated)) {
    style.responses_root = std::move(above);
  }
  return style;
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
  const bool v1 = base.path.contains("/openai/v1") || is_new_style(version);
  auto root = without_endpoint(base.path);
  const auto style = v1 ? style_of_v1(std::move(root), version)
                        : classic_style(std::move(root),
                                        at.deployment.model,
                                        !version.empty()    ? std::string_view(version)
                                        : only_responds(at) ? kResponsesVersion
                                                            : kDefaultVersion);
  upstream.path = style.root + "/chat/completions" + style.query;
  upstream.stream_path = upstream.path;
  upstream.embed.path = style.root + "/embeddings" + style.query;
  if (only_responds(at)) {
    upstream.dialect = Dialect::OpenAiResponses;
    upstream.path = style.responses_root + "/responses" + style.query;
    upstream.stream_path = upstream.path;
    if (style.responses_root.empty()) {
      upstream.problem = fmt::format(
          "api_version {} has no Responses API, which this model is asked by: write "
          "{} or later, or v1.",
          version,
          kResponsesVersion);
    }
  } else if (!style.responses_root.empty()) {
    upstream.responses.path = style.responses_root + "/responses" + style.query;
  }
  if (completes_text(at)) {
    upstream.completions.path = style.root + "/completions" + style.query;
  }
}

}  // namespace meridian
