#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regions/fleet.h"
#include "regions/place.h"

namespace meridian {

// A deployment that this request's data is allowed to reach. Only Policy::admit makes one, so code
// that holds an Admitted needs no further residency check, and code that has none cannot send.
// An index into the fleet of the request's pinned settings, not a copy.
class Admitted {
 public:
  DeploymentId id() const { return id_; }

  friend bool operator==(const Admitted&, const Admitted&) = default;

 private:
  friend class Policy;

  explicit Admitted(DeploymentId id) : id_(id) {}

  DeploymentId id_;
};

// The residency rules that hold for one request, intersected. Bound when the request is admitted:
// a reload in mid-flight changes nothing for it.
class Policy {
 public:
  // No rule: content may go anywhere.
  Policy() = default;

  // One rule of words ("eu", "us-west-2", "DE"). A word that is not known allows nothing; `config`
  // and the header's reader refuse such words before. An empty list allows nothing at all: a rule
  // that names no place is a mistake, not a wildcard.
  static Policy of(std::span<const std::string> words);

  // Both rules hold.
  Policy and_also(const Policy& other) const;

  bool unrestricted() const { return !restricted_; }

  // For headers and explanations: "eu", "eu & DE", "any".
  const std::string& text() const { return text_; }

  const PlaceSet& allowed() const { return allowed_; }

  bool allows(const PlaceSet& possible) const;

  struct Verdict {
    std::vector<Admitted> admitted;
    std::vector<DeploymentId> refused;
  };

  // A deployment is admitted when every place where it may process is allowed by this policy, and
  // by the deployment's own `allowed`, if it has one.
  Verdict admit(const Fleet& fleet, std::span<const DeploymentId> candidates) const;

  // The same for one, without a list. Nothing: refused.
  std::optional<Admitted> admit(const Deployment& deployment) const;

  // The same for one of a lineup, for the hot path.
  std::optional<Admitted> admit(const Member& member) const {
    const bool refused = member.sealed || (restricted_ && !allows(member.possible));
    return refused ? std::nullopt : std::optional(Admitted(member.id));
  }

 private:
  explicit Policy(const PlaceSet& allowed, std::string text);

  bool restricted_ = false;
  PlaceSet allowed_;
  PlaceSet forbidden_;  // Everything else, kElsewhere included: admit() needs one pass over it.
  std::string text_ = "any";
};

}  // namespace meridian
