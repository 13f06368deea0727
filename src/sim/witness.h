#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/time.h"
#include "health/rules.h"
#include "regions/fleet.h"
#include "routing/plan.h"
#include "routing/rules.h"
#include "sim/fault.h"

namespace meridian {

// The groups that may answer for a model: its own and those that the fallbacks lead to.
std::vector<GroupId> groups_promised(const Fleet& fleet,
                                     const RouterRules& rules,
                                     std::string_view model);

// One request as the witness remembers it.
struct Ask {
  std::uint64_t number = 0;
  std::vector<GroupId> groups;      // That may answer: the group asked for and its fallbacks.
  std::optional<PlaceSet> allowed;  // Nothing: anywhere.
  TimePoint arrived;
  TimePoint deadline;
  int retries = 0;
  int attempts = 0;
  bool content = false;  // The first content has gone to the client.
  bool ended = false;
};

// How a request ended, as its client saw it.
enum class Ending : std::uint8_t {
  Served,
  CutShort,  // An honest error after content.
  Refused,   // The request's own mistake.
  ClientLeft,
  Failed,       // The last failure.
  Unavailable,  // 503 or 429 with nothing sent.
  Residency,    // 403.
};

// A second, naive account of the promises of design section 1, with books of its own: it knows the
// faults of the world, and never asks the planner, the breaker or the policy whether they did
// right. Keeps the first violation it sees.
//
//   1 residency: every attempt goes only where all possible places are allowed
//   2 no request is lost while a healthy eligible deployment is within its attempts
//   4 nothing comes after the deadline
//   5 under a total outage attempts stay within 1.2 x requests and the budget's floor
//   9 attempts + skipped = all deployments of the groups, once each, with reasons that hold
//   and: each request ends once; nothing but a trial or a panic goes to a resting deployment;
//   trials are made one at a time; panic is bounded and only when nothing healthy is left
class Witness {
 public:
  Witness(const Fleet& fleet,
          std::vector<HealthRules> rules_by_deployment,
          std::span<const Fault> faults);

  void arrived(const Ask& ask, TimePoint now);
  void planned(const Ask& ask, const Plan& plan, TimePoint now);
  void sent(Ask& ask, DeploymentId to, bool trial, bool panic, TimePoint now);
  void first_content(Ask& ask, DeploymentId from, bool trial, TimePoint now);
  void attempt_ended(DeploymentId to,
                     bool trial,
                     std::optional<FailureKind> failure,
                     TimePoint now);
  void ended(Ask& ask, Ending how, TimePoint now);

  // After the last event.
  void finish(TimePoint now);

  const std::optional<std::string>& violation() const { return violation_; }

 private:
  struct Book {
    int faults_in_a_row = 0;
    int open = 0;  // Attempts under way.
    int trials_open = 0;
    std::optional<TimePoint> trial_failed_at;
    std::optional<TimePoint>
        troubled_at;                 // Last failure of any kind here or at its endpoint or account.
    std::deque<TimePoint> contents;  // Of the last eleven seconds.
  };

  struct TenSeconds {
    std::int64_t requests = 0;
    std::int64_t attempts = 0;  // But trials.
  };

  void object(const Ask& ask, TimePoint now, std::string_view what);
  bool allowed(const Ask& ask, const Deployment& deployment) const;
  bool untroubled(const Deployment& deployment, TimePoint from, TimePoint until) const;
  const Deployment* healthy_for(const Ask& ask,
                                TimePoint now,
                                std::optional<DeploymentId> but = std::nullopt) const;
  bool all_dark(std::size_t ten_seconds) const;
  void judge_outage(std::size_t from, std::size_t until);
  TenSeconds& count_at(TimePoint now);
  void check_skip(const Ask& ask, const Skip& skip, TimePoint now);

  const Fleet& fleet_;
  std::vector<HealthRules> rules_;
  std::span<const Fault> faults_;
  std::vector<Book> books_;
  std::vector<TenSeconds> counts_;
  std::optional<std::string> violation_;
};

}  // namespace meridian
