#include "providers/prepare.h"

#include <fmt/format.h>

#include "providers/percent.h"

namespace meridian {
namespace {

std::string host_of(std::string_view location) {
  if (location == "global") {
    return "aiplatform.googleapis.com";
  }
  if (location == "us" || location == "eu") {
    return fmt::format("aiplatform.{}.rep.googleapis.com", location);
  }
  return fmt::format("{}-aiplatform.googleapis.com", location);
}

// The `@` of a dated id needs no encoding, and Google's own clients leave it.
std::string model_path(std::string_view model) {
  const auto at = model.find('@');
  if (at == std::string_view::npos) {
    return model_segment(model);
  }
  return model_segment(model.substr(0, at)) + "@" + model_segment(model.substr(at + 1));
}

bool is_claude(std::string_view model) {
  return model.contains("claude");
}

// Whose model it is. A number is the endpoint of a tuned Gemini, of the project itself.
std::string_view place_of(std::string_view model) {
  if (model.find_first_not_of("0123456789") == std::string_view::npos) {
    return "endpoints/";
  }
  return is_claude(model) ? "publishers/anthropic/models/" : "publishers/google/models/";
}

}  // namespace

bool embeds_at_google(std::string_view model) {
  return model.contains("embedding");
}

void prepare_vertex(Preparing& at) {
  auto& upstream = at.upstream;
  const auto& params = upstream.params;
  const auto& location =
      params.vertex_location.empty() ? at.deployment.location.region : params.vertex_location;
  upstream.model_in_body = false;
  if (!is_host_label(location) || location == "unknown") {
    upstream.problem = fmt::format(
        "vertex_location: \"{}\" is not a location; write one such as us-east5, eu or global.",
        location);
    return;
  }
  upstream.region = location;
  const auto base = take_base(
      at, "api_base", params.api_base.empty() ? "https://" + host_of(location) : params.api_base);
  const auto project =
      params.vertex_project.empty() ? "{project}" : percent_encode(params.vertex_project);
  const bool claude = is_claude(at.deployment.model);
  const auto here = fmt::format("{}/v1/projects/{}/locations/{}/", base.path, project, location);
  const auto path =
      fmt::format("{}{}{}", here, place_of(at.deployment.model), model_path(at.deployment.model));
  upstream.dialect = claude ? Dialect::AnthropicMessages : Dialect::Gemini;
  if (claude) {
    upstream.anthropic_version = "vertex-2023-10-16";
    upstream.count_form = CountForm::Anthropic;
    upstream.count.path = here + "publishers/anthropic/models/count-tokens:rawPredict";
  } else {
    upstream.count_form = CountForm::VertexGemini;
    upstream.count.path = path + ":countTokens";
    upstream.embed.path = path + ":predict";
  }
  upstream.path = path + (claude ? ":rawPredict" : ":generateContent");
  upstream.stream_path = path + (claude ? ":streamRawPredict" : ":streamGenerateContent?alt=sse");
}

void prepare_gemini(Preparing& at) {
  auto& upstream = at.upstream;
  const auto& given = upstream.params.api_base;
  const auto base = take_base(
      at, "api_base", given.empty() ? "https://generativelanguage.googleapis.com" : given);
  const auto path =
      fmt::format("{}/v1beta/models/{}", base.path, model_segment(at.deployment.model));
  upstream.dialect = Dialect::Gemini;
  upstream.model_in_body = false;
  upstream.path = path + ":generateContent";
  upstream.stream_path = path + ":streamGenerateContent?alt=sse";
  upstream.count_form = CountForm::Gemini;
  upstream.count.path = path + ":countTokens";
  upstream.embed.path = path + ":batchEmbedContents";
}

}  // namespace meridian
