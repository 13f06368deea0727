#include "config/load.h"

#include <iterator>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "config/assemble.h"
#include "config/deployment_draft.h"
#include "config/fingerprint.h"
#include "config/includes.h"
#include "config/issues.h"
#include "config/parts.h"
#include "config/read_settings.h"
#include "config/read_tls.h"
#include "config/substitute.h"

namespace meridian {

namespace {

using enum Section;

class Loading {
 public:
  Loading(const ConfigSources& sources, Issues& issues)
      : sources_(sources), issues_(issues), keys_(issues), reader_(part_, issues) {}

  void run(std::string_view text) {
    auto files = join_files(text, sources_, issues_);
    if (issues_.failed() && files.root.entries.empty()) {
      return;  // Nothing could be read; whatever is missing would be said in vain.
    }
    settings_.hash = fingerprint_text(files.all_text, 12);
    auto substituted = substitute(files.root, sources_, issues_);
    settings_.general.environment = std::move(substituted.environment);
    settings_.unset_variables = std::move(substituted.unset);
    const ConfigSources inner{.variable = with_environment(), .included = {}};

    read_sections(files.root);
    read_router(reader_, keys_, settings_.router);
    assemble(read_models(files.root, inner), settings_, issues_);
    read_fallbacks(reader_, keys_, settings_);
    read_residency(reader_, settings_);
    read_health(reader_, keys_, settings_);
    read_general(reader_, keys_, inner, settings_.general);
    read_budget(reader_, settings_);
    check_completion_model();
  }

  Settings take() {
    settings_.keys = keys_.take_seen();
    settings_.warnings = issues_.sorted();
    settings_.start_issues = issues_.start_issues();
    return std::move(settings_);
  }

 private:
  // The process's variables as they will be once environment_variables are exported.
  std::function<std::optional<std::string>(std::string_view)> with_environment() {
    return [this](std::string_view name) -> std::optional<std::string> {
      for (const auto& [own, value] : settings_.general.environment | std::views::reverse) {
        if (own == name) {
          return value;
        }
      }
      return sources_.variable ? sources_.variable(name) : std::nullopt;
    };
  }

  // Wherever it stands it is kept (parts.h), and one whose variable is not set stops the start.
  bool has_master_key(const Yaml& root) const {
    const auto given = [](const Yaml* map) {
      const auto* const key = map == nullptr ? nullptr : map->find("master_key");
      return key != nullptr && (!key->is_null() || key->is_unset());
    };
    if (given(&root) || given(root.find("general_settings")) ||
        given(root.find("litellm_settings")) || given(root.find("router_settings"))) {
      return true;
    }
    const auto ambient = sources_.variable ? sources_.variable("LITELLM_MASTER_KEY") : std::nullopt;
    return ambient && !ambient->empty();
  }

  void read_sections(const Yaml& root) {
    if (has_master_key(root)) {
      keys_.master_key_locks();
    }
    keys_.read(Top, root, "", part_);
    for (const auto& [section, name] : {std::pair(Router, "router_settings"),
                                        std::pair(Litellm, "litellm_settings"),
                                        std::pair(General, "general_settings")}) {
      const auto* const map = root.find(name);
      if (map == nullptr || map->is_null()) {
        continue;
      }
      if (!map->is_map()) {
        issues_.error(map->at, name, "not a map", "write its keys below it, indented");
        continue;
      }
      keys_.read(section, *map, name, part_);
    }
  }

  DeploymentDefaults defaults(const Yaml& root) {
    DeploymentDefaults defaults;
    defaults.drop_params = reader_.flag(Params, "drop_params").value_or(false);
    read_tls(reader_, defaults.tls);
    defaults.max_parallel_requests =
        reader_.count(Router, "default_max_parallel_requests", 1, 1'000'000);
    if (const auto* given = reader_.given(Router, "default_litellm_params")) {
      defaults.litellm_params = given->value;
    }
    if (const auto* given = reader_.given(Top, "credential_list")) {
      defaults.credentials = given->value;
    }
    const auto* const litellm = root.find("litellm_settings");
    const auto* const map = litellm == nullptr ? nullptr : litellm->find("custom_provider_map");
    defaults.python_providers = map != nullptr && !map->is_null();
    return defaults;
  }

  std::vector<DeploymentDraft> read_models(const Yaml& root, const ConfigSources& inner) {
    std::vector<DeploymentDraft> drafts;
    const auto* const list = root.find("model_list");
    if (list == nullptr || list->is_null() || (list->is_list() && list->items.empty())) {
      issues_.error(list == nullptr ? YamlMark{} : list->at,
                    "model_list",
                    "no models here",
                    "LiteLLM would read them from its database; write them into this file");
      return drafts;
    }
    if (!list->is_list()) {
      issues_.error(
          list->at, "model_list", "not a list", "write `- model_name: ...` for each deployment");
      return drafts;
    }
    const auto common = defaults(root);
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      auto read = read_deployment(list->items[i], i, common, inner, keys_, issues_);
      std::ranges::move(read, std::back_inserter(drafts));
    }
    return drafts;
  }

  void check_completion_model() {
    const auto& model = settings_.general.completion_model;
    if (model.empty() || settings_.fleet.find(model)) {
      return;
    }
    const auto* given = reader_.given(General, "completion_model");
    issues_.error(given->value->at,
                  given->path,
                  fmt::format("no group is named {}", shown(*given->value, model)),
                  "it overrides the model of every request; write a model_name");
  }

  const ConfigSources& sources_;
  Issues& issues_;
  KeyCheck keys_;
  Part part_;
  PartReader reader_;
  Settings settings_;
};

}  // namespace

std::expected<Settings, std::vector<ConfigIssue>> load_config(std::string_view text,
                                                              std::string_view file,
                                                              const ConfigSources& sources) {
  Issues issues{std::string(file)};
  Loading loading(sources, issues);
  loading.run(text);
  if (issues.failed()) {
    return std::unexpected(issues.sorted());
  }
  return loading.take();
}

}  // namespace meridian
