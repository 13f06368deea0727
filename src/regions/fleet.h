#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "regions/location.h"
#include "regions/place.h"
#include "regions/provider.h"

namespace meridian {

// Indexes into one Fleet; they mean nothing in another.
enum class DeploymentId : std::uint16_t {};
enum class GroupId : std::uint16_t {};
enum class EndpointId : std::uint16_t {};  // Provider and host: what a dark region takes down.
enum class AccountId : std::uint16_t {};   // Provider and credential: what a spend limit blocks.

constexpr std::size_t index_of(DeploymentId id) {
  return static_cast<std::size_t>(id);
}

constexpr std::size_t index_of(GroupId id) {
  return static_cast<std::size_t>(id);
}

constexpr std::size_t index_of(EndpointId id) {
  return static_cast<std::size_t>(id);
}

constexpr std::size_t index_of(AccountId id) {
  return static_cast<std::size_t>(id);
}

// What a deployment can take; nothing = not known, which excludes nobody.
struct Capability {
  std::optional<std::int64_t> input_tokens_max;
  std::optional<std::int64_t> output_tokens_max;
  std::optional<bool> tools;
  std::optional<bool> images;
  std::string mode;  // model_info.mode: "chat", "embedding", ...; empty = chat.
};

// A model in a region: the facts that routing needs. Credentials and addresses live in `providers`,
// by the same id.
struct Deployment {
  DeploymentId id{};
  GroupId group{};
  EndpointId endpoint{};
  AccountId account{};
  std::string name;  // What people see: model_info.id, else "<group>/<provider>/<region>[#n]".
  Provider provider = Provider::Compatible;
  std::string model;  // The provider's name for it, prefix removed: "anthropic.claude-...". May
                      // hold one `*`, replaced by what the group's wildcard matched.
  Location location;
  std::string label;  // metadata.region, else location.region: metrics, headers, grouping.
  int tier = 1;       // 1 is tried first.
  std::optional<double> weight;  // Share inside a tier; 0 = only when nothing else is left.
  std::optional<std::int64_t> rpm;
  std::optional<std::int64_t> tpm;
  std::optional<int> max_parallel_requests;
  std::optional<Duration> latency_target;  // Round trip the operator expects (metadata).
  std::optional<Duration> timeout;         // Arrival to commit.
  std::optional<Duration> stream_timeout;  // Gap between events after it.
  std::optional<Duration> cooldown;        // Overrides the router's; 0 = never rests.
  std::optional<int> allowed_fails;
  std::optional<int> num_retries;
  std::optional<PlaceSet> allowed;  // model_info.allowed_regions: a rule of its own, on top.
  std::vector<std::string> tags;
  Capability can;
  bool configured = true;  // False: a credential is missing; skipped with that reason.
  std::string not_configured_why;
};

// What a plan looks at of every member of a group, side by side: a group of a thousand is read as
// one block of memory, and its deployments only where there is more to ask.
struct Member {
  DeploymentId id{};
  EndpointId endpoint{};
  AccountId account{};
  // Nothing but its place, its weight and its health decides: it is configured, and has no limits,
  // no mode, no missing ability and no tags.
  bool plain = true;
  bool sealed = false;
  int tier = 1;
  double weight = 1;  // The deployment's; where the group has none, its rpm, else its tpm, else 1.
  PlaceSet possible;
};

// Whether its own rule (model_info.allowed_regions) forbids its own places: never to be reached.
bool sealed(const Deployment& deployment);

// Deployments that answer to one public name.
struct Group {
  GroupId id{};
  std::string name;                   // "claude-global", "openai/*".
  std::vector<DeploymentId> members;  // In the file's order.

  // Of the members, by `Fleet::index`.
  std::vector<Member> lineup;
  bool one_tier = true;
  std::optional<int> num_retries;  // The largest that a member sets.
};

struct StringHash {
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

template <class T>
using ByName = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

// Everything the configuration says about where models live. Immutable once built and `index`ed; a
// request keeps the settings that it began with alive, so pointers into it are good for as long.
struct Fleet {
  std::vector<Deployment> deployments;  // By id.
  std::vector<Group> groups;            // By id.
  std::vector<std::string> endpoints;   // By id: "bedrock bedrock-runtime.us-west-2.amazonaws.com".
  std::vector<std::string> accounts;    // By id; names, no secrets.
  ByName<std::string> aliases;          // model_group_alias: alias -> group name.

  const Deployment& operator[](DeploymentId id) const { return deployments[index_of(id)]; }

  const Group& operator[](GroupId id) const { return groups[index_of(id)]; }

  // Makes names findable and draws the groups' lineups up. Call when deployments and groups are
  // complete, and again when they have changed.
  void index();

  struct Found {
    GroupId group{};
    // What a `*` in the group's name matched: a view into `model`, or into the alias's target.
    std::string_view wildcard;
  };

  // Alias, then exact name, then wildcard (the longest pattern first). Nothing: nobody serves it.
  // Does not allocate. A model that is itself called "openai/*" is matched as a pattern's text, so
  // that `wildcard` is never empty by accident.
  std::optional<Found> find(std::string_view model) const;

 private:
  void draw_up(Group& group) const;

  ByName<GroupId> by_name_;
  std::vector<GroupId> wildcards_;  // Longest pattern first.
};

}  // namespace meridian
