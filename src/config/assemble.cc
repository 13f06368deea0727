#include "config/assemble.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace meridian {

namespace {

// Numbers for names in the order met.
template <class Id>
class Numbers {
 public:
  explicit Numbers(std::vector<std::string>& names) : names_(names) {}

  Id of(const std::string& name) {
    const auto [at, fresh] = by_name_.emplace(name, static_cast<Id>(names_.size()));
    if (fresh) {
      names_.push_back(name);
    }
    return at->second;
  }

 private:
  std::vector<std::string>& names_;
  ByName<Id> by_name_;
};

void set_groups(const std::vector<DeploymentDraft>& drafts, Fleet& fleet) {
  ByName<GroupId> ids;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto [at, fresh] =
        ids.emplace(drafts[i].group, static_cast<GroupId>(fleet.groups.size()));
    if (fresh) {
      fleet.groups.push_back({at->second, drafts[i].group, {}});
    }
    auto& deployment = fleet.deployments[i];
    deployment.id = static_cast<DeploymentId>(i);
    deployment.group = at->second;
    fleet.groups[index_of(at->second)].members.push_back(deployment.id);
  }
}

void set_names(const std::vector<DeploymentDraft>& drafts, Fleet& fleet, Issues& issues) {
  ByName<std::size_t> taken;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto& id = fleet.deployments[i].name;
    if (id.empty()) {
      continue;
    }
    if (const auto [first, fresh] = taken.emplace(id, i); !fresh) {
      issues.error(drafts[i].at,
                   drafts[i].path + ".model_info.id",
                   fmt::format("{} has the id {}, too", drafts[first->second].path, shown(id)),
                   "an id names one deployment");
    }
  }
  ByName<int> used;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    auto& deployment = fleet.deployments[i];
    if (!deployment.name.empty()) {
      continue;
    }
    const auto stem =
        fmt::format("{}/{}/{}", drafts[i].group, drafts[i].name.prefix, deployment.location.region);
    int& count = used[stem];
    do {
      ++count;
      deployment.name = count == 1 ? stem : fmt::format("{}#{}", stem, count);
    } while (taken.contains(deployment.name));
    taken.emplace(deployment.name, i);
  }
}

// Tiers by `priority`; without one: last. Under priority-routing the file's order is a priority.
void set_tiers(const std::vector<DeploymentDraft>& drafts,
               const Group& group,
               bool by_order,
               Fleet& fleet) {
  int last = 0;
  bool any = false;
  for (const auto id : group.members) {
    const auto& priority = drafts[index_of(id)].priority;
    any = any || priority.has_value();
    last = std::max(last, priority.value_or(0));
  }
  for (const auto id : group.members) {
    auto& tier = fleet.deployments[index_of(id)].tier;
    if (const auto& priority = drafts[index_of(id)].priority) {
      tier = *priority;
    } else if (by_order) {
      tier = ++last;
    } else {
      tier = any ? last + 1 : 1;
    }
  }
}

void set_weights(const Group& group, Fleet& fleet) {
  const auto has_weight = [&](DeploymentId id) { return fleet[id].weight.has_value(); };
  if (std::ranges::none_of(group.members, has_weight)) {
    return;
  }
  for (const auto id : group.members) {
    auto& weight = fleet.deployments[index_of(id)].weight;
    weight = weight.value_or(1);
  }
}

// One label for two regions hides from the metrics which of them is dark.
void warn_of_labels(const std::vector<DeploymentDraft>& drafts,
                    const Fleet& fleet,
                    Issues& issues) {
  ByName<std::size_t> first_with;
  ByName<bool> said;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto& deployment = fleet.deployments[i];
    const auto [first, fresh] = first_with.emplace(deployment.label, i);
    const auto& before = fleet.deployments[first->second].location.region;
    if (fresh || before == deployment.location.region ||
        !said.emplace(deployment.label, true).second) {
      continue;
    }
    issues.warn(drafts[i].at,
                drafts[i].path + ".litellm_params.metadata.region",
                fmt::format("the label {} stands for {} and for {}",
                            shown(deployment.label),
                            before,
                            deployment.location.region),
                "metrics and headers cannot tell them apart; give each region a label of its own");
  }
}

}  // namespace

void assemble(std::vector<DeploymentDraft> drafts, Settings& settings, Issues& issues) {
  constexpr std::size_t kDeploymentsMax = std::numeric_limits<std::uint16_t>::max();
  if (drafts.size() > kDeploymentsMax) {
    issues.error(drafts[kDeploymentsMax].at,
                 "model_list",
                 fmt::format("more than {} deployments", kDeploymentsMax),
                 "split the file");
    drafts.resize(kDeploymentsMax);
  }
  auto& fleet = settings.fleet;
  Numbers<EndpointId> endpoints(fleet.endpoints);
  Numbers<AccountId> accounts(fleet.accounts);
  for (auto& draft : drafts) {
    auto deployment = std::move(draft.deployment);
    deployment.endpoint = endpoints.of(fmt::format("{} {}", draft.name.prefix, draft.host));
    deployment.account = accounts.of(draft.account);
    fleet.deployments.push_back(std::move(deployment));
    settings.params.push_back(std::move(draft.params));
    settings.prices.push_back(draft.price);
  }
  set_groups(drafts, fleet);
  set_names(drafts, fleet, issues);
  for (const auto& group : fleet.groups) {
    set_tiers(drafts, group, settings.router.strategy == Strategy::Priority, fleet);
    set_weights(group, fleet);
  }
  warn_of_labels(drafts, fleet, issues);
}

}  // namespace meridian
