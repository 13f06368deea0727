#include "providers/prepare.h"

#include <string>
#include <string_view>

#include "config/compatible_providers.h"

namespace meridian {
namespace {

std::string base_of(const Upstream& upstream) {
  const auto& params = upstream.params;
  if (!params.api_base.empty()) {
    return params.api_base;
  }
  if (upstream.provider == Provider::OpenAi) {
    return "https://api.openai.com/v1";
  }
  const auto* known =
      find_compatible(std::string_view(params.model).substr(0, params.model.find('/')));
  return known != nullptr ? std::string(known->base_url) : std::string();
}

}  // namespace

void prepare_openai(Preparing& at) {
  auto& upstream = at.upstream;
  const auto text = base_of(upstream);
  if (text.empty()) {
    upstream.problem =
        "api_base is not set: write where the server is, such as http://host:8000/v1.";
    return;
  }
  const auto base = take_base(at, "api_base", text);
  const auto root = without_endpoint(base.path);
  const auto query = base.query.empty() ? std::string() : "?" + base.query;
  upstream.dialect = Dialect::OpenAiChat;
  upstream.path = root + "/chat/completions" + query;
  upstream.stream_path = upstream.path;
  upstream.embed.path = root + "/embeddings" + query;
  if (only_responds(at)) {
    upstream.dialect = Dialect::OpenAiResponses;
    upstream.path = root + "/responses" + query;
    upstream.stream_path = upstream.path;
  } else if (upstream.provider == Provider::OpenAi) {
    upstream.responses.path = root + "/responses" + query;
  }
  if (completes_text(at)) {
    upstream.completions.path = root + "/completions" + query;
  }
  if (!upstream.params.organization.empty()) {
    at.fields.emplace_back("openai-organization", upstream.params.organization);
  }
  if (!upstream.params.project.empty()) {
    at.fields.emplace_back("openai-project", upstream.params.project);
  }
}

}  // namespace meridian
