#include <array>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "config/base_url.h"
#include "config/deployment_draft.h"
#include "regions/bedrock_id.h"
#include "regions/host_rule.h"

namespace meridian {

namespace {

using enum Section;

std::string ambient(const ConfigSources& sources, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (name.empty() || !sources.variable) {
      continue;
    }
    if (auto value = sources.variable(name); value && !value->empty()) {
      return std::move(*value);
    }
  }
  return {};
}

// The address that the file or the environment gives; empty where neither does.
std::string given_base(PartReader& reader, DeploymentDraft& draft) {
  if (const auto variable = reader.unset(Params, "api_base"); !variable.empty()) {
    not_configured(draft, fmt::format("its api_base is in {}, which is not set", variable));
    return {};
  }
  auto base = reader.text(Params, "api_base").value_or("");
  while (base.ends_with('/')) {
    base.pop_back();
  }
  return base;
}

// The host of an address, with what is wrong with it said at the key it stands under.
std::string host_of(PartReader& reader,
                    DeploymentDraft& draft,
                    const std::string& base,
                    std::string_view key) {
  if (base.empty()) {
    return {};
  }
  auto parts = read_base(base);
  if (parts.problem.empty()) {
    return std::move(parts.host);
  }
  if (const auto* given = reader.given(Params, key)) {
    reader.issues().error(given->value->at, given->path, parts.problem, parts.hint);
  } else {
    not_configured(draft, "the address in the environment cannot be used: " + parts.problem);
  }
  return {};
}

void no_address(PartReader& reader, DeploymentDraft& draft, std::string_view what) {
  if (!draft.deployment.configured) {
    return;
  }
  reader.issues().warn(draft.at,
                       draft.path,
                       fmt::format("this deployment is skipped: {} needs an api_base", what),
                       "write litellm_params.api_base: https://...");
  not_configured(draft, "api_base is not set");
}

bool is_openai(std::string_view host) {
  const auto name = without_port(host);
  return name == "api.openai.com" || name.ends_with(".api.openai.com");
}

void address_openai(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  auto base = given_base(reader, draft);
  if (base.empty() && draft.deployment.configured) {
    base = ambient(sources, {"OPENAI_BASE_URL", "OPENAI_API_BASE"});
  }
  draft.host = host_of(reader, draft, base, "api_base");
  if (draft.host.empty()) {
    draft.host = "api.openai.com";
  }
  draft.params.api_base = base;
  if (!is_openai(draft.host)) {
    // Any server may speak OpenAI's protocol; OpenAI's own rules hold at its own hosts only.
    draft.deployment.provider = Provider::Compatible;
  }
}

void address_compatible(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  const auto* const compatible = draft.name.compatible;
  auto base = given_base(reader, draft);
  if (base.empty() && compatible != nullptr && draft.deployment.configured) {
    base = ambient(sources, {compatible->base_variable});
    if (base.empty()) {
      base = compatible->base_url;
    }
  }
  if (base.empty()) {
    no_address(reader, draft, draft.name.prefix);
    return;
  }
  if (draft.name.prefix == "ollama" || draft.name.prefix == "ollama_chat") {
    base = with_v1(std::move(base));  // People give Ollama's own root.
  }
  draft.host = host_of(reader, draft, base, "api_base");
  draft.params.api_base = std::move(base);
}

void address_anthropic(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  auto base = given_base(reader, draft);
  if (base.empty() && draft.deployment.configured) {
    base = ambient(sources, {"ANTHROPIC_BASE_URL", "ANTHROPIC_API_BASE"});
  }
  draft.host = host_of(reader, draft, base, "api_base");
  if (draft.host.empty()) {
    draft.host = "api.anthropic.com";
  }
  draft.params.api_base = std::move(base);
}

void address_gemini(PartReader& reader, DeploymentDraft& draft) {
  auto base = given_base(reader, draft);
  draft.host = host_of(reader, draft, base, "api_base");
  if (draft.host.empty()) {
    draft.host = "generativelanguage.googleapis.com";
  }
  draft.params.api_base = std::move(base);
}

// The Responses API came with the dated version 2025-03-01-preview.
void check_responses_version(PartReader& reader, const DeploymentDraft& draft) {
  const auto& version = draft.params.api_version;
  const bool dated = !version.empty() && version.front() >= '0' && version.front() <= '9';
  const auto* given = reader.given(Params, "api_version");
  if (draft.params.model.starts_with("azure/responses/") && dated && version < "2025-03-01" &&
      given != nullptr) {
    reader.issues().error(
        given->value->at,
        given->path,
        fmt::format("{} has no Responses API, which the route responses/ asks for", version),
        "write 2025-03-01-preview or later, or v1");
  }
}

void address_azure(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  auto base = given_base(reader, draft);
  if (base.empty() && draft.deployment.configured) {
    base = ambient(sources, {"AZURE_API_BASE", "AZURE_OPENAI_ENDPOINT"});
  }
  if (draft.params.api_version.empty()) {
    draft.params.api_version = ambient(sources, {"AZURE_API_VERSION", "OPENAI_API_VERSION"});
  }
  check_responses_version(reader, draft);
  if (base.empty()) {
    no_address(reader, draft, "Azure");
    return;
  }
  draft.host = host_of(reader, draft, base, "api_base");
  draft.params.api_base = std::move(base);
}

std::string vertex_host(std::string_view location) {
  if (location == "global") {
    return "aiplatform.googleapis.com";
  }
  if (location == "us" || location == "eu") {
    return fmt::format("aiplatform.{}.rep.googleapis.com", location);
  }
  return fmt::format("{}-aiplatform.googleapis.com", location);
}

void address_vertex(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  auto& params = draft.params;
  params.vertex_project = reader.text(Params, "vertex_project").value_or("");
  if (params.vertex_project.empty()) {
    params.vertex_project = ambient(sources, {"VERTEXAI_PROJECT", "GOOGLE_CLOUD_PROJECT"});
  }
  if (const auto variable = reader.unset(Params, "vertex_location"); !variable.empty()) {
    not_configured(draft, fmt::format("its vertex_location is in {}, which is not set", variable));
  }
  params.vertex_location = reader.text(Params, "vertex_location").value_or("");
  params.api_base = given_base(reader, draft);
  draft.host = host_of(reader, draft, params.api_base, "api_base");
  if (params.vertex_location.empty() && draft.deployment.configured) {
    params.vertex_location = ambient(sources, {"VERTEXAI_LOCATION", "VERTEX_LOCATION"});
  }
  if (params.vertex_location.empty() && draft.deployment.configured && draft.host.empty()) {
    params.vertex_location = "us-central1";
    reader.issues().warn(draft.at,
                         draft.path,
                         "no vertex_location; us-central1 is used, as in LiteLLM",
                         "write litellm_params.vertex_location");
  }
  if (draft.host.empty() && !params.vertex_location.empty()) {
    draft.host = vertex_host(params.vertex_location);
  }
}

void region_conflict(PartReader& reader,
                     DeploymentDraft& draft,
                     const std::string& other,
                     std::string_view source) {
  const auto* given = reader.given(Params, "aws_region_name");
  if (other.empty() || given == nullptr || draft.params.aws_region.empty() ||
      draft.params.aws_region == other) {
    return;
  }
  reader.issues().error(given->value->at,
                        given->path,
                        fmt::format("the region is {} here, and {} in the {}",
                                    shown(*given->value, draft.params.aws_region),
                                    shown(other),
                                    source),
                        "they must be the same; delete one");
}

// By what the file says, then the environment, then LiteLLM's own default.
void choose_bedrock_region(PartReader& reader,
                           const ConfigSources& sources,
                           DeploymentDraft& draft,
                           std::string_view base) {
  auto& region = draft.params.aws_region;
  const std::string_view called = draft.params.bedrock_model_id.empty()
                                      ? std::string_view(draft.deployment.model)
                                      : std::string_view(draft.params.bedrock_model_id);
  const std::string arn(read_bedrock_id(called).region);
  const auto host = read_host(without_port(draft.host));
  if (const auto variable = reader.unset(Params, "aws_region_name"); !variable.empty()) {
    not_configured(draft, fmt::format("its aws_region_name is in {}, which is not set", variable));
    return;
  }
  region = reader.text(Params, "aws_region_name").value_or("");
  region_conflict(reader, draft, draft.name.region, "model");
  region_conflict(reader, draft, arn, "ARN");
  for (const auto& next : {draft.name.region, arn, host.region}) {
    if (region.empty()) {
      region = next;
    }
  }
  if (region.empty()) {
    region = ambient(sources, {"AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"});
  }
  if (region.empty() && draft.deployment.configured) {
    region = "us-west-2";
    reader.issues().warn(
        draft.at,
        draft.path,
        base.empty() ? "no aws_region_name; us-west-2 is used, as in LiteLLM"
                     : "no aws_region_name; requests are signed for us-west-2, as in LiteLLM",
        "write litellm_params.aws_region_name");
  }
}

void address_bedrock(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  auto& params = draft.params;
  params.api_base = given_base(reader, draft);
  auto endpoint = reader.text(Params, "aws_bedrock_runtime_endpoint").value_or("");
  if (const auto variable = reader.unset(Params, "aws_bedrock_runtime_endpoint");
      !variable.empty()) {
    not_configured(
        draft,
        fmt::format("its aws_bedrock_runtime_endpoint is in {}, which is not set", variable));
  }
  draft.host = endpoint.empty() ? host_of(reader, draft, params.api_base, "api_base")
                                : host_of(reader, draft, endpoint, "aws_bedrock_runtime_endpoint");
  params.aws_bedrock_runtime_endpoint = endpoint.empty() ? params.api_base : std::move(endpoint);
  choose_bedrock_region(reader, sources, draft, params.aws_bedrock_runtime_endpoint);
  if (draft.host.empty() && !params.aws_region.empty()) {
    draft.host = fmt::format("bedrock-runtime.{}.amazonaws.com{}",
                             params.aws_region,
                             params.aws_region.starts_with("cn-") ? ".cn" : "");
  }
}

}  // namespace

void read_address(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  if (!draft.name.unsupported.empty() || draft.name.prefix == "unknown") {
    draft.host = "nowhere";
    return;
  }
  switch (draft.deployment.provider) {
    case Provider::Bedrock:
      address_bedrock(reader, sources, draft);
      break;
    case Provider::Vertex:
      address_vertex(reader, sources, draft);
      break;
    case Provider::Gemini:
      address_gemini(reader, draft);
      break;
    case Provider::Anthropic:
      address_anthropic(reader, sources, draft);
      break;
    case Provider::OpenAi:
      address_openai(reader, sources, draft);
      break;
    case Provider::Azure:
      address_azure(reader, sources, draft);
      break;
    case Provider::Compatible:
      address_compatible(reader, sources, draft);
      break;
  }
  if (draft.host.empty()) {
    draft.host = "nowhere";
  }
}

}  // namespace meridian
