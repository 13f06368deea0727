#include "sim/fault.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace meridian {

std::string_view name_of(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::Down:
      return "down";
    case Fault::Kind::BlackHole:
      return "black hole";
    case Fault::Kind::Erroring:
      return "erroring";
    case Fault::Kind::Slow:
      return "slow";
    case Fault::Kind::Flaky:
      return "flaky";
    case Fault::Kind::RateLimited:
      return "rate limited";
    case Fault::Kind::Retired:
      return "retired";
    case Fault::Kind::NoMoney:
      return "no money";
    case Fault::Kind::Lying:
      return "lying";
    case Fault::Kind::Flapping:
      return "flapping";
  }
  MERIDIAN_CHECK(false);
}

bool active(const Fault& fault, TimePoint now) {
  if (now < fault.from || now >= fault.until) {
    return false;
  }
  return fault.kind != Fault::Kind::Flapping || ((now - fault.from) / fault.period) % 2 == 0;
}

bool touches(const Fault& fault, TimePoint from, TimePoint until) {
  return fault.from <= until && from < fault.until;
}

std::vector<Fault> random_faults(std::size_t endpoints, TimePoint from, TimePoint until, Rng& rng) {
  std::array<bool, kFaultKinds> allowed{};
  std::ranges::generate(allowed, [&] { return rng.chance(0.5); });
  const auto span_s = static_cast<std::uint64_t>(std::max<std::int64_t>(
      1, std::chrono::duration_cast<std::chrono::seconds>(until - from).count()));
  // Now and then everything goes at once: what a provider-wide outage looks like.
  const bool everything = rng.chance(0.15);
  const auto outage_from = from + std::chrono::seconds(rng.below(span_s / 2 + 1));

  std::vector<Fault> faults;
  for (std::size_t endpoint = 0; endpoint < endpoints; ++endpoint) {
    const EndpointId id{static_cast<std::uint16_t>(endpoint)};
    if (everything) {
      faults.push_back({.kind = rng.chance(0.5) ? Fault::Kind::Down : Fault::Kind::Erroring,
                        .endpoint = id,
                        .from = outage_from,
                        .until = std::min(until, outage_from + std::chrono::seconds(240))});
    }
    const bool spared = rng.chance(0.35);
    const auto kind = rng.below(kFaultKinds);
    const auto begins = from + std::chrono::seconds(rng.below(span_s));
    const auto lasts = std::chrono::seconds(20 + rng.below(280));
    const double amount = rng.unit();
    const auto period = std::chrono::seconds(1 + rng.below(60));
    if (spared || !allowed[kind]) {
      continue;
    }
    Fault fault{.kind = static_cast<Fault::Kind>(kind),
                .endpoint = id,
                .from = begins,
                .until = std::min(until, begins + lasts),
                .amount = amount,
                .period = period};
    if (fault.kind == Fault::Kind::Slow) {
      fault.amount = 1.5 + (amount * 30);
    }
    faults.push_back(fault);
  }
  return faults;
}

}  // namespace meridian
