#include "providers/prepare.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "providers/percent.h"
#include "regions/bedrock_id.h"

namespace meridian {
namespace {

// "arn:aws:bedrock:us-east-1:123456789012:..."; empty: not an ARN.
std::string_view region_of_arn(std::string_view arn) {
  if (!arn.starts_with("arn:")) {
    return {};
  }
  for (int parts = 0; parts < 3; ++parts) {
    const auto colon = arn.find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

std::string region_of(const Deployment& deployment, const DeploymentParams& params) {
  if (!params.aws_region.empty()) {
    return params.aws_region;
  }
  for (const std::string_view arn :
       {std::string_view(params.bedrock_model_id), std::string_view(deployment.model)}) {
    if (const auto region = region_of_arn(arn); !region.empty()) {
      return std::string(region);
    }
  }
  return deployment.location.region;
}

// InvokeModel takes each vendor's own body. Of those only Anthropic's is written here; the others
// are asked by Converse, which all of them have, whatever the file says. An application's profile
// does not say whose model it is: there the file is taken at its word.
bool takes_messages(std::string_view model) {
  constexpr std::array<std::string_view, 3> kNames{
      "anthropic.", "claude", ":application-inference-profile/"};
  return std::ranges::any_of(kNames, [model](auto name) { return model.contains(name); });
}

// CountTokens knows Claude alone, by the name of the model itself: a profile's is refused ("doesn't
// support counting tokens"). It is counted where it is asked.
void prepare_count(Preparing& at, std::string_view id, std::string_view base) {
  auto& upstream = at.upstream;
  const auto model = read_bedrock_id(id).model;
  if (!model.starts_with("anthropic.")) {
    return;
  }
  upstream.count_form = upstream.dialect == Dialect::AnthropicMessages ? CountForm::BedrockInvoke
                                                                       : CountForm::BedrockConverse;
  upstream.count.path = fmt::format("{}/model/{}/count-tokens", base, model_segment(model));
}

}  // namespace

EmbeddingForm bedrock_embedding_form(std::string_view model) {
  return model.contains("titan-embed-text") || model.contains("titan-embed-g1-text")
             ? EmbeddingForm::Titan
         : model.contains("cohere.embed") ? EmbeddingForm::Cohere
                                          : EmbeddingForm::None;
}

void prepare_bedrock(Preparing& at) {
  auto& upstream = at.upstream;
  const auto& params = upstream.params;
  upstream.model_in_body = false;
  upstream.stream_in_body = false;
  upstream.region = region_of(at.deployment, params);
  if (!is_host_label(upstream.region) || upstream.region == "unknown") {
    upstream.problem = fmt::format(
        "aws_region_name: \"{}\" is not a region; write one such as us-west-2.", upstream.region);
    return;
  }
  const auto& endpoint = params.aws_bedrock_runtime_endpoint.empty()
                             ? params.api_base
                             : params.aws_bedrock_runtime_endpoint;
  const auto own = fmt::format("https://bedrock-runtime.{}.amazonaws.com{}",
                               upstream.region,
                               upstream.region.starts_with("cn-") ? ".cn" : "");
  const auto base =
      take_base(at, "aws_bedrock_runtime_endpoint", endpoint.empty() ? own : endpoint);
  const auto& id = params.bedrock_model_id.empty() ? at.deployment.model : params.bedrock_model_id;
  const auto model = fmt::format("{}/model/{}", base.path, model_segment(id));
  if (params.bedrock_invoke && takes_messages(at.deployment.model)) {
    upstream.dialect = Dialect::AnthropicMessages;
    upstream.framing = Framing::BedrockChunks;
    upstream.anthropic_version = "bedrock-2023-05-31";
    upstream.path = model + "/invoke";
    upstream.stream_path = model + "/invoke-with-response-stream";
  } else {
    upstream.dialect = Dialect::BedrockConverse;
    upstream.path = model + "/converse";
    upstream.stream_path = model + "/converse-stream";
  }
  prepare_count(at, id, base.path);
  upstream.embed.path = model + "/invoke";
}

}  // namespace meridian
