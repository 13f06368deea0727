#include "regions/fleet.h"

#include <algorithm>

namespace meridian {

namespace {

struct Pattern {
  std::string_view before;
  std::string_view after;
};

std::optional<Pattern> pattern_of(std::string_view name) {
  const auto star = name.find('*');
  if (star == std::string_view::npos) {
    return std::nullopt;
  }
  return Pattern{name.substr(0, star), name.substr(star + 1)};
}

std::optional<std::string_view> match(const Pattern& pattern, std::string_view model) {
  if (model.size() < pattern.before.size() + pattern.after.size() ||
      !model.starts_with(pattern.before) || !model.ends_with(pattern.after)) {
    return std::nullopt;
  }
  model.remove_prefix(pattern.before.size());
  model.remove_suffix(pattern.after.size());
  return model;
}

// What a deployment's weight means in its group: weight, else rpm, else tpm, else equal.
enum class WeightBasis : std::uint8_t { Equal, Weight, Rpm, Tpm };

WeightBasis basis_of(const Fleet& fleet, const Group& group) {
  const auto any = [&](auto field) {
    return std::ranges::any_of(group.members,
                               [&](DeploymentId id) { return (fleet[id].*field).has_value(); });
  };
  return any(&Deployment::weight) ? WeightBasis::Weight
         : any(&Deployment::rpm)  ? WeightBasis::Rpm
         : any(&Deployment::tpm)  ? WeightBasis::Tpm
                                  : WeightBasis::Equal;
}

double weight_of(const Deployment& deployment, WeightBasis basis) {
  switch (basis) {
    case WeightBasis::Equal:
      return 1;
    case WeightBasis::Weight:
      return deployment.weight.value_or(1);
    // Without a limit where siblings have one, LiteLLM sends nothing; 1 keeps it a last resort.
    case WeightBasis::Rpm:
      return std::max(1.0, static_cast<double>(deployment.rpm.value_or(1)));
    case WeightBasis::Tpm:
      return std::max(1.0, static_cast<double>(deployment.tpm.value_or(1)));
  }
  return 1;
}

bool is_plain(const Deployment& deployment) {
  const auto& can = deployment.can;
  return deployment.configured && !deployment.rpm && !deployment.tpm &&
         !deployment.max_parallel_requests && deployment.tags.empty() && can.mode.empty() &&
         can.tools != false && can.images != false && !can.input_tokens_max;
}

}  // namespace

bool sealed(const Deployment& deployment) {
  return deployment.allowed && !within(deployment.location.possible, *deployment.allowed);
}

void Fleet::draw_up(Group& group) const {
  group.lineup.clear();
  group.one_tier = true;
  group.num_retries.reset();
  const auto basis = basis_of(*this, group);
  for (const auto id : group.members) {
    const auto& deployment = (*this)[id];
    group.lineup.push_back({.id = id,
                            .endpoint = deployment.endpoint,
                            .account = deployment.account,
                            .plain = is_plain(deployment),
                            .sealed = sealed(deployment),
                            .tier = deployment.tier,
                            .weight = weight_of(deployment, basis),
                            .possible = deployment.location.possible});
    group.one_tier = group.one_tier && deployment.tier == group.lineup.front().tier;
    if (deployment.num_retries) {
      group.num_retries = std::max(group.num_retries.value_or(0), *deployment.num_retries);
    }
  }
}

void Fleet::index() {
  by_name_.clear();
  wildcards_.clear();
  for (auto& group : groups) {
    draw_up(group);
    if (pattern_of(group.name)) {
      wildcards_.push_back(group.id);
    } else {
      by_name_.emplace(group.name, group.id);
    }
  }
  std::ranges::stable_sort(
      wildcards_, std::greater{}, [this](GroupId id) { return (*this)[id].name.size(); });
}

std::optional<Fleet::Found> Fleet::find(std::string_view model) const {
  if (const auto alias = aliases.find(model); alias != aliases.end()) {
    model = alias->second;
  }
  if (const auto exact = by_name_.find(model); exact != by_name_.end()) {
    return Found{exact->second, {}};
  }
  for (const auto id : wildcards_) {
    const auto pattern = pattern_of((*this)[id].name);
    if (const auto part = pattern ? match(*pattern, model) : std::nullopt) {
      return Found{id, *part};
    }
  }
  return std::nullopt;
}

}  // namespace meridian
