#include "routing/outlook.h"

#include <algorithm>

#include "base/check.h"

namespace meridian {

namespace {

// Later is nearer to being served.
enum class Reached : std::uint8_t {
  Nothing,
  Place,
  Credentials,
  Abilities,
  Window,
  Blocks,
  Quota,
  Health
};

Reached reached(SkipReason why) {
  switch (why) {
    case SkipReason::Residency:
      return Reached::Place;
    case SkipReason::NotConfigured:
      return Reached::Credentials;
    case SkipReason::Capability:
    case SkipReason::Tags:
      return Reached::Abilities;
    case SkipReason::ContextWindow:
      return Reached::Window;
    case SkipReason::AccountBlocked:
    case SkipReason::Misconfigured:
    case SkipReason::Draining:
      return Reached::Blocks;
    case SkipReason::QuotaBlocked:
    case SkipReason::QuotaWouldOverflow:
    case SkipReason::Busy:
      return Reached::Quota;
    case SkipReason::Resting:
    case SkipReason::ZeroWeight:
    case SkipReason::BeyondRetries:
      return Reached::Health;
  }
  MERIDIAN_CHECK(false);
}

NoPlan verdict(Reached furthest) {
  switch (furthest) {
    case Reached::Nothing:
      return NoPlan::UnknownModel;
    case Reached::Place:
      return NoPlan::Residency;
    case Reached::Credentials:
      return NoPlan::NotConfigured;
    case Reached::Abilities:
      return NoPlan::Capability;
    case Reached::Window:
      return NoPlan::ContextWindow;
    case Reached::Quota:
      return NoPlan::Quota;
    case Reached::Blocks:
    case Reached::Health:
      return NoPlan::Health;
  }
  MERIDIAN_CHECK(false);
}

}  // namespace

Outlook outlook_of(std::span<const Skip> skipped) {
  auto furthest = Reached::Nothing;
  TimePoint retry_at;
  for (const auto& skip : skipped) {
    furthest = std::max(furthest, reached(skip.why));
    if (skip.until != TimePoint{} && (retry_at == TimePoint{} || skip.until < retry_at)) {
      retry_at = skip.until;
    }
  }
  return {.none = verdict(furthest), .retry_at = retry_at};
}

}  // namespace meridian
