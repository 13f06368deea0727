#include <cstdint>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "config/base_url.h"
#include "config/deployment_draft.h"
#include "config/fingerprint.h"

namespace meridian {

namespace {

using enum Section;

std::optional<std::string> variable(const ConfigSources& sources, std::string_view name) {
  if (name.empty() || !sources.variable) {
    return std::nullopt;
  }
  auto value = sources.variable(name);
  return value && !value->empty() ? value : std::nullopt;
}

// Two deployments with one key share a quota and a bill; the digits tell keys apart and say nothing
// about them.
std::string key_account(std::string_view provider, const Secret& key) {
  return key.empty() ? fmt::format("{} without a key", provider)
                     : fmt::format("{} key {}", provider, fingerprint_text(key.reveal(), 6));
}

void skipped(PartReader& reader, DeploymentDraft& draft, std::string why, std::string hint) {
  if (!draft.deployment.configured) {
    return;
  }
  reader.issues().warn(draft.at,
                       draft.path,
                       "this deployment is skipped until it has a credential: " + why,
                       std::move(hint));
  not_configured(draft, std::move(why));
}

bool skipped_for_unset(PartReader& reader, DeploymentDraft& draft, std::string_view key) {
  const auto name = reader.unset(Params, key);
  if (name.empty()) {
    return false;
  }
  skipped(reader,
          draft,
          fmt::format("{} is not set", name),
          "set the variable, or delete the deployment");
  return true;
}

// Whose the address is that a key would go to.
enum class Host : std::uint8_t { Own, Other, OtherWithoutKeys };

// LiteLLM sends the usual variable's key wherever api_base points. Here it must be said.
void without_key_elsewhere(PartReader& reader,
                           const ConfigSources& sources,
                           DeploymentDraft& draft,
                           std::string_view usual,
                           Host host) {
  if (host == Host::Other) {
    skipped(reader,
            draft,
            fmt::format("no api_key, and the key in {} is for the provider's own address", usual),
            fmt::format("write api_key: os.environ/{} if it may go to this api_base", usual));
  } else if (variable(sources, usual)) {
    reader.issues().warn(
        draft.at,
        draft.path,
        fmt::format("no api_key, so this api_base is called without a key; LiteLLM "
                    "would send it the one in {}",
                    usual),
        fmt::format("write api_key: os.environ/{} if that is meant", usual));
  }
}

void take_usual_key(PartReader& reader,
                    const ConfigSources& sources,
                    DeploymentDraft& draft,
                    std::initializer_list<std::string_view> variables) {
  auto& key = draft.params.api_key;
  for (const auto name : variables) {
    if (auto value = variable(sources, name); value && key.empty()) {
      key = Secret(std::move(*value));
    }
  }
  if (key.empty()) {
    skipped(reader,
            draft,
            fmt::format("no api_key, and {} is not set", *variables.begin()),
            fmt::format("write api_key: os.environ/{}", *variables.begin()));
  }
}

// A provider with an API key: the file's, else the usual variable's. A key that was meant for the
// provider's own host is not sent to another one that the file names.
void with_api_key(PartReader& reader,
                  const ConfigSources& sources,
                  DeploymentDraft& draft,
                  std::initializer_list<std::string_view> variables,
                  Host host) {
  const auto& key = draft.params.api_key;
  const auto* given = reader.given(Params, "api_key");
  const bool empty = given != nullptr && given->value->is_scalar() && given->value->text.empty();
  const bool reported = key.empty() && given != nullptr && !empty;
  if (!skipped_for_unset(reader, draft, "api_key") && key.empty() && !reported) {
    if (host == Host::Own) {
      take_usual_key(reader, sources, draft, variables);
    } else {
      without_key_elsewhere(reader, sources, draft, *variables.begin(), host);
    }
  }
  draft.account = key_account(draft.name.prefix, key);
}

void with_aws(PartReader& reader, DeploymentDraft& draft) {
  auto& params = draft.params;
  const bool id = !params.aws_access_key_id.empty();
  const bool secret = !params.aws_secret_access_key.empty();
  if (id != secret) {
    const auto missing = id ? "aws_secret_access_key" : "aws_access_key_id";
    if (!skipped_for_unset(reader, draft, missing)) {
      const auto* given = reader.given(Params, id ? "aws_access_key_id" : "aws_secret_access_key");
      reader.issues().error(given->at,
                            given->path,
                            fmt::format("{} is missing beside it", missing),
                            "AWS needs both; without both, the usual AWS sources are used");
    }
  }
  if (!params.aws_role.empty()) {
    draft.account = fmt::format("bedrock role {}", params.aws_role);
  } else if (!params.api_key.empty()) {
    draft.account = key_account("bedrock", params.api_key);
  } else if (id) {
    draft.account = key_account("bedrock", params.aws_access_key_id);
  } else if (!params.aws_profile.empty()) {
    draft.account = fmt::format("bedrock profile {}", params.aws_profile);
  } else {
    draft.account = "bedrock ambient";
  }
}

void with_google(DeploymentDraft& draft) {
  const auto& params = draft.params;
  draft.account = fmt::format("vertex_ai {}",
                              params.vertex_project.empty() ? "ambient" : params.vertex_project);
  if (!params.vertex_credentials.empty()) {
    draft.account +=
        fmt::format(" credentials {}", fingerprint_text(params.vertex_credentials.reveal(), 6));
  }
}

void with_azure(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  auto& params = draft.params;
  const bool entra =
      !params.tenant_id.empty() && !params.client_id.empty() && !params.client_secret.empty();
  const bool token =
      !params.azure_ad_token.empty() ||
      (!params.azure_ad_token_variable.empty() && reader.unset(Params, "azure_ad_token").empty());
  if (entra) {
    draft.account = fmt::format("azure client {}", params.client_id);
    return;
  }
  if (token) {
    draft.account = "azure token " + (params.azure_ad_token_variable.empty()
                                          ? fingerprint_text(params.azure_ad_token.reveal(), 6)
                                          : params.azure_ad_token_variable);
    return;
  }
  for (const auto* const key : {"azure_ad_token", "client_secret", "client_id", "tenant_id"}) {
    if (skipped_for_unset(reader, draft, key)) {
      draft.account = "azure";
      return;
    }
  }
  with_api_key(reader, sources, draft, {"AZURE_API_KEY", "AZURE_OPENAI_API_KEY"}, Host::Own);
}

bool own_address(PartReader& reader) {
  return reader.given(Params, "api_base") == nullptr;
}

bool at_own_host(PartReader& reader, const CompatibleProvider& provider, std::string_view host) {
  return own_address(reader) ||
         (!provider.base_url.empty() && read_base(provider.base_url).host == host);
}

// A server that may do without a key.
void with_optional_key(PartReader& reader,
                       const ConfigSources& sources,
                       DeploymentDraft& draft,
                       const CompatibleProvider& provider) {
  auto& key = draft.params.api_key;
  const auto usual = provider.key_variable;
  // Where the provider has no address of its own, its variable is for the one in the file.
  const bool own = own_address(reader) || provider.base_url.empty();
  if (auto value = variable(sources, usual); value && key.empty() && own) {
    key = Secret(std::move(*value));
  }
  if (!key.empty() || own || usual.empty()) {
    skipped_for_unset(reader, draft, "api_key");
    draft.account = key_account(draft.name.prefix, key);
    return;
  }
  with_api_key(reader, sources, draft, {usual}, Host::OtherWithoutKeys);
}

void with_compatible(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  const auto* const compatible = draft.name.compatible;
  if (compatible == nullptr) {
    with_api_key(reader,
                 sources,
                 draft,
                 {"OPENAI_API_KEY"},
                 own_address(reader) ? Host::Own : Host::OtherWithoutKeys);
  } else if (compatible->needs_key) {
    with_api_key(reader,
                 sources,
                 draft,
                 {compatible->key_variable},
                 at_own_host(reader, *compatible, draft.host) || compatible->base_url.empty()
                     ? Host::Own
                     : Host::Other);
  } else {
    with_optional_key(reader, sources, draft, *compatible);
  }
}

}  // namespace

void check_credentials(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft) {
  if (draft.host == "nowhere" || draft.params.mock_response) {
    draft.account = draft.name.prefix;
    return;
  }
  switch (draft.deployment.provider) {
    case Provider::Bedrock:
      with_aws(reader, draft);
      return;
    case Provider::Vertex:
      with_google(draft);
      return;
    case Provider::Gemini:
      with_api_key(reader,
                   sources,
                   draft,
                   {"GEMINI_API_KEY", "GOOGLE_API_KEY"},
                   own_address(reader) ? Host::Own : Host::Other);
      return;
    case Provider::Anthropic:
      with_api_key(reader,
                   sources,
                   draft,
                   {"ANTHROPIC_API_KEY"},
                   own_address(reader) || without_port(draft.host) == "api.anthropic.com"
                       ? Host::Own
                       : Host::Other);
      return;
    case Provider::OpenAi:
      with_api_key(reader, sources, draft, {"OPENAI_API_KEY"}, Host::Own);
      return;
    case Provider::Azure:
      with_azure(reader, sources, draft);
      return;
    case Provider::Compatible:
      with_compatible(reader, sources, draft);
      return;
  }
}

}  // namespace meridian
