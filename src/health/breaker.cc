#include "health/breaker.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace meridian {

namespace {

using std::chrono::seconds;

constexpr Duration kRestMax = seconds(300);  // Unless the cooldown itself is longer.
constexpr Duration kRestMin = seconds(1);    // For a provider that says "Retry-After: 0".
constexpr double kJitter = 0.1;              // Of the rest, added; at most:
constexpr Duration kJitterMax = seconds(5);
constexpr std::int64_t kWindowResultsMin = 10;
constexpr double kWindowOkMin = 0.8;
constexpr double kShareAtFirst = 0.1;

int halves_for(FailureKind kind) {
  return kind == FailureKind::CutShort ? 1 : 2;
}

}  // namespace

std::string_view words_for(FailureKind kind) {
  switch (kind) {
    case FailureKind::ConnectFailed:
      return "connection failed";
    case FailureKind::TimedOut:
      return "timed out";
    case FailureKind::ServerError:
      return "server error";
    case FailureKind::RateLimited:
      return "rate limited";
    case FailureKind::AccountBlocked:
      return "account blocked";
    case FailureKind::Misconfigured:
      return "refused credentials or model";
    case FailureKind::BadRequest:
      return "bad request";
    case FailureKind::ContextWindow:
      return "prompt too long";
    case FailureKind::ContentPolicy:
      return "content policy";
    case FailureKind::CutShort:
      return "stream cut short";
    case FailureKind::ClientLeft:
      return "client left";
  }
  MERIDIAN_CHECK(false);
}

int CircuitBreaker::threshold(FailureKind kind) const {
  std::optional<int> special;
  switch (kind) {
    case FailureKind::TimedOut:
      special = rules_.timeout_fails;
      break;
    case FailureKind::ServerError:
      special = rules_.server_error_fails;
      break;
    case FailureKind::RateLimited:
      special = rules_.rate_limit_fails;
      break;
    case FailureKind::Misconfigured:
      special = rules_.authentication_fails;
      break;
    case FailureKind::ContentPolicy:
      special = rules_.content_policy_fails;
      break;
    case FailureKind::BadRequest:
      special = rules_.bad_request_fails;
      break;
    case FailureKind::ConnectFailed:
    case FailureKind::AccountBlocked:
    case FailureKind::ContextWindow:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      break;
  }
  return std::max(1, special.value_or(rules_.allowed_fails));
}

int& CircuitBreaker::counter(FailureKind kind) {
  switch (kind) {
    case FailureKind::RateLimited:
      return rate_limits_in_a_row_;
    case FailureKind::Misconfigured:
      return refusals_in_a_row_;
    case FailureKind::ContentPolicy:
      return policies_in_a_row_;
    case FailureKind::BadRequest:
      return bad_requests_in_a_row_;
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::ServerError:
    case FailureKind::AccountBlocked:
    case FailureKind::ContextWindow:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      return faults_in_a_row_;
  }
  MERIDIAN_CHECK(false);
}

bool CircuitBreaker::ramping(TimePoint now) const {
  return closed_at_ && now < *closed_at_ + rules_.slow_start;
}

double CircuitBreaker::share(TimePoint now) const {
  if (!closed_at_ || now >= *closed_at_ + rules_.slow_start) {
    return 1;
  }
  const double part = to_ms(now - *closed_at_) / to_ms(rules_.slow_start);
  return std::clamp(part, kShareAtFirst, 1.0);
}

void CircuitBreaker::success(TimePoint now) {
  faults_in_a_row_ = 0;
  rate_limits_in_a_row_ = 0;
  refusals_in_a_row_ = 0;
  policies_in_a_row_ = 0;
  bad_requests_in_a_row_ = 0;
  oks_.add(now, 1);
}

std::optional<std::string> CircuitBreaker::fault(const Fault& fault, TimePoint now, Rng& rng) {
  const int halves = halves_for(fault.kind);
  int& in_a_row = counter(fault.kind);
  in_a_row += halves;
  faults_.add(now, halves);
  if (open_ || !may_rest()) {
    return std::nullopt;
  }

  std::string why;
  const auto faults = (faults_.sum(now) + 1) / 2;
  const auto results = faults + oks_.sum(now);
  if (in_a_row >= 2 * threshold(fault.kind)) {
    const int count = in_a_row / 2;
    why = fmt::format(
        "{} fault{} in a row ({})", count, count == 1 ? "" : "s", words_for(fault.kind));
  } else if (results >= kWindowResultsMin &&
             static_cast<double>(oks_.sum(now)) < kWindowOkMin * static_cast<double>(results)) {
    why = fmt::format(
        "{} of {} results in 10 s were faults ({})", faults, results, words_for(fault.kind));
  } else {
    return std::nullopt;
  }

  // Fallen again before it was back to its full share: the rest that it had was too short.
  const auto usual =
      fault.retry_after ? std::clamp(*fault.retry_after, kRestMin, rest_max()) : rules_.cooldown;
  start_rest(ramping(now) ? std::max(usual, rest_ * 2) : usual, now, rng);
  by_endpoint_ = false;
  return why;
}

bool CircuitBreaker::rest_with_endpoint(TimePoint now, Rng& rng) {
  if (!may_rest()) {
    return false;
  }
  start_rest(ramping(now) ? rest_ * 2 : rules_.cooldown, now, rng);
  by_endpoint_ = true;
  return true;
}

void CircuitBreaker::open_until(TimePoint until) {
  open_ = true;
  by_endpoint_ = false;
  until_ = std::max(until_, until);
}

void CircuitBreaker::trial_passed(TimePoint now) {
  open_ = false;
  by_endpoint_ = false;
  until_ = {};
  faults_.clear();
  oks_.clear();
  success(now);
  closed_at_ = now;
}

void CircuitBreaker::trial_failed(const Fault& fault, TimePoint now, Rng& rng) {
  const auto asked =
      fault.retry_after ? std::clamp(*fault.retry_after, kRestMin, rest_max()) : kRestMin;
  start_rest(std::max(asked, rest_ * 2), now, rng);
}

Duration CircuitBreaker::rest_max() const {
  return std::max(rules_.cooldown, kRestMax);
}

void CircuitBreaker::start_rest(Duration rest, TimePoint now, Rng& rng) {
  rest_ = std::clamp(rest, kRestMin, rest_max());
  const auto jitter_max = std::min(std::chrono::duration<double, Duration::period>(rest_) * kJitter,
                                   std::chrono::duration<double, Duration::period>(kJitterMax));
  open_ = true;
  until_ = now + rest_ + std::chrono::duration_cast<Duration>(jitter_max * rng.unit());
  faults_in_a_row_ = 0;
  rate_limits_in_a_row_ = 0;
  refusals_in_a_row_ = 0;
  policies_in_a_row_ = 0;
  bad_requests_in_a_row_ = 0;
}

std::uint32_t CircuitBreaker::recent_successes(TimePoint now) {
  return static_cast<std::uint32_t>(oks_.sum(now));
}

void CircuitBreaker::adopt(const CircuitBreaker& before) {
  const auto rules = rules_;
  *this = before;
  rules_ = rules;
  if (!may_rest()) {
    open_ = false;
  }
}

}  // namespace meridian
