#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/tls_rules.h"
#include "config/load.h"
#include "config/model_name.h"
#include "config/part_reader.h"
#include "config/settings.h"
#include "config/tree.h"

namespace meridian {

// One deployment as the file gives it, before groups, tiers and ids are known.
struct DeploymentDraft {
  YamlMark at;        // Of the entry.
  std::string path;   // "model_list[3]"
  std::string group;  // model_name.
  ModelName name;
  Deployment deployment;  // Without id, group, endpoint, account, tier; `name` = model_info.id.
  DeploymentParams params;
  Price price;
  std::optional<int> priority;
  std::optional<int> allowed_fails;
  std::string host;  // As the provider will be called, with a port where it is not the usual one.
  std::string account;  // Provider and credential, without secrets.
};

// What the file says for all deployments.
struct DeploymentDefaults {
  bool drop_params = false;
  TlsRules tls;
  std::optional<int> max_parallel_requests;
  const Yaml* litellm_params = nullptr;  // router_settings.default_litellm_params
  const Yaml* credentials = nullptr;     // credential_list
  bool python_providers = false;         // There is a custom_provider_map.
};

// Marks a deployment as not to be used yet; the first reason stays.
void not_configured(DeploymentDraft& draft, std::string why);

// The steps of reading one, each of its own file: credentials and parameters, then the address and
// the place where it runs, then limits, prices and capabilities.
void read_params(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft);
void read_address(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft);
void check_credentials(PartReader& reader, const ConfigSources& sources, DeploymentDraft& draft);
void read_location(PartReader& reader, DeploymentDraft& draft);
void read_facts(PartReader& reader, DeploymentDraft& draft);

// One entry of model_list: usually one deployment, one of each for a list of organizations, none
// where it is too broken.
std::vector<DeploymentDraft> read_deployment(const Yaml& entry,
                                             std::size_t index,
                                             const DeploymentDefaults& defaults,
                                             const ConfigSources& sources,
                                             KeyCheck& keys,
                                             Issues& issues);

}  // namespace meridian
