#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/deployment_draft.h"
#include "config/read_tls.h"

namespace meridian {

namespace {

using enum Section;

using Text = std::pair<std::string_view, std::string DeploymentParams::*>;
using Hidden = std::pair<std::string_view, Secret DeploymentParams::*>;

constexpr auto kTexts = std::to_array<Text>({
    {"api_version", &DeploymentParams::api_version},
    {"project", &DeploymentParams::project},
    {"aws_role_name", &DeploymentParams::aws_role},
    {"aws_session_name", &DeploymentParams::aws_session_name},
    {"aws_profile_name", &DeploymentParams::aws_profile},
    {"aws_web_identity_token", &DeploymentParams::aws_web_identity_token},
    {"aws_sts_endpoint", &DeploymentParams::aws_sts_endpoint},
    {"aws_external_id", &DeploymentParams::aws_external_id},
    {"model_id", &DeploymentParams::bedrock_model_id},
    {"tenant_id", &DeploymentParams::tenant_id},
    {"client_id", &DeploymentParams::client_id},
    {"inference_geo", &DeploymentParams::inference_geo},
});

constexpr auto kSecrets = std::to_array<Hidden>({
    {"api_key", &DeploymentParams::api_key},
    {"aws_access_key_id", &DeploymentParams::aws_access_key_id},
    {"aws_secret_access_key", &DeploymentParams::aws_secret_access_key},
    {"aws_session_token", &DeploymentParams::aws_session_token},
    {"client_secret", &DeploymentParams::client_secret},
});

void read_azure_token(PartReader& reader, DeploymentParams& params) {
  const auto* given = reader.given(Params, "azure_ad_token");
  if (given == nullptr) {
    return;
  }
  if (!given->value->variable.empty()) {
    params.azure_ad_token_variable = given->value->variable;
  } else {
    params.azure_ad_token = reader.secret(Params, "azure_ad_token");
  }
}

void read_drop_params(PartReader& reader, DeploymentParams& params) {
  const auto* given = reader.given(Params, "drop_params");
  if (given != nullptr && given->value->is_list()) {
    reader.issues().warn(given->value->at,
                         given->path,
                         "a list is not true or false, so it has no effect, nor in LiteLLM",
                         "write additional_drop_params for names of parameters");
  } else if (const auto drop = reader.flag(Params, "drop_params")) {
    params.drop_params = *drop;
  }
  params.additional_drop_params =
      reader.texts(Params, "additional_drop_params").value_or(std::vector<std::string>{});
}

// LiteLLM also takes {api_base: <pattern>}, which limits what a client may say; a plain name would
// not.
void read_clientside(PartReader& reader, DeploymentParams& params) {
  const auto* given = reader.given(Params, "configurable_clientside_auth_params");
  if (given == nullptr) {
    return;
  }
  for (const auto& item : given->value->items) {
    if (item.is_map()) {
      reader.issues().error(item.at,
                            given->path,
                            "a pattern for a client's address is not kept here",
                            "write the address as the api_base of a deployment of its own");
      return;
    }
  }
  params.clientside_params = reader.texts(Params, "configurable_clientside_auth_params")
                                 .value_or(std::vector<std::string>{});
  for (const auto& name : params.clientside_params) {
    if (name != "api_key") {
      reader.issues().warn(given->value->at,
                           given->path,
                           fmt::format("clients may bring an api_key and nothing else, so a "
                                       "request with \"{}\" is refused",
                                       name.substr(0, 40)),
                           "write a deployment for each address that clients may choose");
    }
  }
}

void read_headers(PartReader& reader, DeploymentParams& params) {
  const auto* given = reader.given(Params, "extra_headers");
  if (given == nullptr || given->value->is_null()) {
    return;
  }
  if (!given->value->is_map()) {
    reader.issues().error(
        given->value->at, given->path, "not a map", "write `name: value` below it");
    return;
  }
  const auto breaks = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
  };
  ValueReader values(reader.issues());
  for (const auto& entry : given->value->entries) {
    const auto path = given->path + "." + entry.key;
    const auto value = values.text(&entry.value, path, true);
    if (!value) {
      continue;
    }
    if (entry.key.empty() || entry.key.find_first_of(" :\t") != std::string::npos ||
        breaks(entry.key) || breaks(*value)) {
      reader.issues().error(
          entry.at, path, "not a header: a name has no blanks, a value has one line");
      continue;
    }
    params.extra_headers.emplace_back(entry.key, *value);
  }
}

}  // namespace

void read_params(PartReader& reader, const ConfigSources& /*sources*/, DeploymentDraft& draft) {
  auto& params = draft.params;
  for (const auto& [name, member] : kTexts) {
    params.*member = reader.text(Params, name).value_or("");
  }
  for (const auto& [name, member] : kSecrets) {
    params.*member = reader.secret(Params, name);
  }
  // Google's credentials may also be written as a map; providers read the JSON.
  const auto* const google = reader.given(Params, "vertex_credentials");
  params.vertex_credentials = google != nullptr && google->value->is_map()
                                  ? Secret(json_of(*google->value))
                                  : reader.secret(Params, "vertex_credentials");
  read_azure_token(reader, params);
  read_drop_params(reader, params);
  read_clientside(reader, params);
  read_headers(reader, params);
  params.extra_body = reader.json_map(Params, "extra_body");
  params.request_defaults = reader.request_defaults();
  read_tls(reader, params.tls);
  if (const auto* mock = reader.given(Params, "mock_response")) {
    params.mock_response = ValueReader(reader.issues()).text(mock->value, mock->path);
  }
}

}  // namespace meridian
