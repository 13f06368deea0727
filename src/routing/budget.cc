#include "routing/budget.h"

namespace meridian {

RetryBudget::Bucket& RetryBudget::bucket(TimePoint now) {
  const std::int64_t second =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  auto& found = buckets_[static_cast<std::size_t>(second) % kBuckets];
  if (found.second != second) {
    found = {.second = second};
  }
  return found;
}

void RetryBudget::count_request(TimePoint now) {
  ++bucket(now).requests;
}

bool RetryBudget::withdraw(TimePoint now) {
  auto& current = bucket(now);
  std::int64_t requests = 0;
  std::int64_t withdrawn = 0;
  for (const auto& each : buckets_) {
    if (each.second > current.second - static_cast<std::int64_t>(kBuckets)) {
      requests += each.requests;
      withdrawn += each.withdrawn;
    }
  }
  if (withdrawn >= kFloor + (requests * kPercent / 100)) {
    return false;
  }
  ++current.withdrawn;
  return true;
}

}  // namespace meridian
