#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/deployment_draft.h"

namespace meridian {

void not_configured(DeploymentDraft& draft, std::string why) {
  if (draft.deployment.configured) {
    draft.deployment.configured = false;
    draft.deployment.not_configured_why = std::move(why);
  }
}

namespace {

// Keys of a named credential, then defaults: filled in where the deployment itself says nothing.
// They rank behind a key in the wrong section.
void add_defaults(const Yaml& map, const std::string& path, Part& part, Issues& issues) {
  for (const auto& entry : map.entries) {
    const auto* row = find_key(Section::Params, entry.key);
    if (row == nullptr || row->fate != KeyFate::Used || entry.value.is_null() ||
        part.find(Section::Params, entry.key) != nullptr) {
      continue;
    }
    part.add({row, &entry.value, entry.at, fmt::format("{}.{}", path, entry.key), 3}, issues);
  }
}

void add_credential(PartReader& reader, const DeploymentDefaults& defaults, Part& part) {
  const auto name = reader.text(Section::Params, "litellm_credential_name");
  if (!name) {
    return;
  }
  if (defaults.credentials != nullptr) {
    for (const auto& each : defaults.credentials->items) {
      const auto* const own = each.find("credential_name");
      const auto* const values = each.find("credential_values");
      if (own != nullptr && own->text == *name && values != nullptr) {
        add_defaults(*values, "credential_list[].credential_values", part, reader.issues());
        return;
      }
    }
  }
  const auto* given = reader.given(Section::Params, "litellm_credential_name");
  reader.issues().error(given->value->at,
                        given->path,
                        fmt::format("no credential is named {}", shown(*given->value, *name)),
                        "add it to credential_list");
}

bool read_maps(const Yaml& entry,
               const std::string& path,
               KeyCheck& keys,
               Part& part,
               Issues& issues) {
  keys.read(Section::Entry, entry, path, part);
  const auto nested = [&](Section section, std::string_view key) {
    const auto* const map = entry.find(key);
    if (map == nullptr || map->is_null()) {
      return false;
    }
    const auto at = fmt::format("{}.{}", path, key);
    if (!map->is_map()) {
      issues.error(map->at, at, "not a map", "write its keys below it, indented");
      return false;
    }
    keys.read(section, *map, at, part);
    return true;
  };
  nested(Section::Info, "model_info");
  const bool complete = nested(Section::Params, "litellm_params");
  const auto* const metadata = part.find(Section::Entry, "metadata");
  if (metadata != nullptr && metadata->value->is_map()) {
    const auto at = metadata->path;  // A copy: `part` grows, and moves what it holds.
    keys.read(Section::Metadata, *metadata->value, at, part);
  }
  return complete;
}

void read_group(PartReader& reader, const Yaml& entry, DeploymentDraft& draft) {
  const auto* given = reader.given(Section::Entry, "model_name");
  if (given != nullptr && given->value->is_unset()) {
    draft.group = "os.environ/" + given->value->variable;
    not_configured(
        draft, fmt::format("its model_name is in {}, which is not set", given->value->variable));
    return;
  }
  draft.group = reader.text(Section::Entry, "model_name").value_or("");
  if (draft.group.empty()) {
    reader.issues().error(
        entry.at, draft.path, "model_name is missing", "it is the name that clients ask for");
  } else if (std::ranges::count(draft.group, '*') > 1) {
    reader.issues().error(given->value->at,
                          given->path,
                          "more than one `*`",
                          "one is allowed, such as openai/* or claude-*");
  }
}

// A value of the environment may be a secret in the wrong variable: messages name the variable.
void hide_what_the_environment_said(const Yaml& value, ModelName& name) {
  if (value.variable.empty()) {
    return;
  }
  const auto named =
      fmt::format("the value of {} names no model that can be called", value.variable);
  for (auto* const sentence : {&name.problem, &name.unsupported}) {
    if (!sentence->empty()) {
      *sentence = named;
      name.hint = "set it to <provider>/<model>";
    }
  }
}

// LiteLLM replaces a whole value only, so this name would go to the provider as it stands.
void check_inner_variable(PartReader& reader, const Given& given, const std::string& text) {
  if (text.contains("/os.environ/")) {
    reader.issues().warn(given.value->at,
                         given.path,
                         "os.environ/ in the middle of a value is not replaced, nor in LiteLLM",
                         "put the whole value into the variable: model: os.environ/NAME");
  }
}

// False: nothing more can be said about this deployment.
bool read_model(PartReader& reader, const DeploymentDefaults& defaults, DeploymentDraft& draft) {
  const auto* given = reader.given(Section::Params, "model");
  if (given != nullptr && given->value->is_unset()) {
    draft.params.model = "os.environ/" + given->value->variable;
    draft.name.prefix = "unknown";
    not_configured(draft,
                   fmt::format("its model is in {}, which is not set", given->value->variable));
    return true;
  }
  const auto text = reader.text(Section::Params, "model");
  if (!text) {
    const bool empty = given != nullptr && given->value->is_scalar() && given->value->text.empty();
    if (given == nullptr || empty) {
      reader.issues().error(draft.at,
                            draft.path + ".litellm_params",
                            "model is missing",
                            "write model: <provider>/<model>");
    }
    return false;
  }
  const auto provider = reader.text(Section::Params, "custom_llm_provider").value_or("");
  const auto base = reader.text(Section::Params, "api_base").value_or("");
  check_inner_variable(reader, *given, *text);
  draft.params.model = *text;
  draft.name =
      read_model_name(*text,
                      {.group = draft.group,
                       .custom_provider = provider,
                       .api_base = base,
                       .vertex = reader.given(Section::Params, "vertex_project") != nullptr ||
                                 reader.given(Section::Params, "vertex_location") != nullptr,
                       .python = defaults.python_providers});
  hide_what_the_environment_said(*given->value, draft.name);
  if (!draft.name.problem.empty()) {
    reader.issues().error(
        given->value->at, given->path, draft.name.problem, std::move(draft.name.hint));
    return false;
  }
  if (!draft.name.note.empty()) {
    reader.issues().warn(given->value->at, given->path, draft.name.note);
  }
  if (!draft.name.unsupported.empty()) {
    reader.issues().warn(given->value->at,
                         given->path,
                         "this deployment is skipped: " + draft.name.unsupported,
                         std::move(draft.name.hint));
    not_configured(draft, draft.name.unsupported);
  }
  if (std::ranges::count(draft.name.model, '*') > 1) {
    reader.issues().error(given->value->at,
                          given->path,
                          "more than one `*`",
                          "one is allowed; it stands for what the client asked for");
    return false;
  }
  draft.deployment.provider = draft.name.provider;
  draft.deployment.model = draft.name.model;
  draft.params.bedrock_converse = draft.name.converse;
  draft.params.bedrock_invoke = draft.name.invoke;
  return true;
}

// OpenAI's organization may be a list: one deployment of each.
std::vector<DeploymentDraft> by_organization(PartReader& reader, DeploymentDraft draft) {
  const auto organizations =
      reader.texts(Section::Params, "organization").value_or(std::vector<std::string>{});
  if (organizations.size() < 2) {
    draft.params.organization = organizations.empty() ? "" : organizations.front();
    return {std::move(draft)};
  }
  std::vector<DeploymentDraft> drafts;
  for (const auto& organization : organizations) {
    drafts.push_back(draft);
    drafts.back().params.organization = organization;
    drafts.back().account += " " + organization;
  }
  return drafts;
}

}  // namespace

std::vector<DeploymentDraft> read_deployment(const Yaml& entry,
                                             std::size_t index,
                                             const DeploymentDefaults& defaults,
                                             const ConfigSources& sources,
                                             KeyCheck& keys,
                                             Issues& issues) {
  DeploymentDraft draft;
  draft.at = entry.at;
  draft.path = fmt::format("model_list[{}]", index);
  if (!entry.is_map()) {
    issues.error(entry.at,
                 draft.path,
                 "not a map",
                 "write `- model_name: ...` and `litellm_params:` below it");
    return {};
  }
  Part part;
  PartReader reader(part, issues);
  const bool complete = read_maps(entry, draft.path, keys, part, issues);
  const auto forwarded = keys.take_forwarded();
  read_group(reader, entry, draft);
  if (!complete) {
    if (entry.find("litellm_params") == nullptr || entry.find("litellm_params")->is_null()) {
      issues.error(entry.at,
                   draft.path,
                   "litellm_params is missing",
                   "write litellm_params: {model: <provider>/<model>}");
    }
    return {};
  }
  add_credential(reader, defaults, part);
  if (defaults.litellm_params != nullptr) {
    add_defaults(*defaults.litellm_params, "router_settings.default_litellm_params", part, issues);
  }
  draft.params.drop_params = defaults.drop_params;
  draft.params.tls = defaults.tls;
  draft.deployment.max_parallel_requests = defaults.max_parallel_requests;
  const bool usable = read_model(reader, defaults, draft);
  read_params(reader, sources, draft);
  for (const auto& [name, value] : forwarded) {
    draft.params.request_defaults.emplace_back(name, json_of(*value));
  }
  read_facts(reader, draft);
  if (!usable) {
    return {};
  }
  read_address(reader, sources, draft);
  check_credentials(reader, sources, draft);
  read_location(reader, draft);
  return by_organization(reader, std::move(draft));
}

}  // namespace meridian
