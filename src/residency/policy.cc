#include "residency/policy.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace meridian {

namespace {

// "eu or uk" needs brackets beside an "&".
std::string bracketed(const std::string& text) {
  return !text.contains(' ') ? text : fmt::format("({})", text);
}

std::string both(const std::string& one, const std::string& other) {
  return one == other ? one : fmt::format("{} & {}", bracketed(one), bracketed(other));
}

}  // namespace

Policy::Policy(const PlaceSet& allowed, std::string text)
    : restricted_(true), allowed_(allowed), forbidden_(~allowed), text_(std::move(text)) {
  forbidden_.set(index_of(kElsewhere));  // No word of a rule names it; this holds if one ever did.
}

Policy Policy::of(std::span<const std::string> words) {
  PlaceSet allowed;
  for (const auto& word : words) {
    allowed |= places_named(word).value_or(PlaceSet());
  }
  return Policy(allowed, words.empty() ? "nowhere" : fmt::format("{}", fmt::join(words, " or ")));
}

Policy Policy::and_also(const Policy& other) const {
  if (unrestricted()) {
    return other;
  }
  if (other.unrestricted()) {
    return *this;
  }
  return Policy(allowed_ & other.allowed_, both(text_, other.text_));
}

bool Policy::allows(const PlaceSet& possible) const {
  return unrestricted() || ((possible & forbidden_).none() && possible.any());
}

Policy::Verdict Policy::admit(const Fleet& fleet, std::span<const DeploymentId> candidates) const {
  Verdict verdict;
  for (const auto id : candidates) {
    if (const auto admitted = admit(fleet[id])) {
      verdict.admitted.push_back(*admitted);
    } else {
      verdict.refused.push_back(id);
    }
  }
  return verdict;
}

std::optional<Admitted> Policy::admit(const Deployment& deployment) const {
  return admit(Member{
      .id = deployment.id, .sealed = sealed(deployment), .possible = deployment.location.possible});
}

}  // namespace meridian
