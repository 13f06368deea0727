#include "routing/explain.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/check.h"

namespace meridian {

namespace {

// "12 s", "0.4 s"; never "0 s" for something that is still to come.
std::string span_text(Duration span) {
  const double seconds = std::max(0.1, to_ms(span) / 1'000);
  return seconds < 10 ? fmt::format("{:.1f} s", seconds)
                      : fmt::format("{:.0f} s", std::ceil(seconds));
}

std::string until_text(std::string_view what, TimePoint until, TimePoint now) {
  return until > now ? fmt::format("{}, {} left", what, span_text(until - now)) : std::string(what);
}

// A word for machines, stable, as in /explain's JSON and in metrics.
std::string_view word_for(SkipReason why) {
  switch (why) {
    case SkipReason::Residency:
      return "residency";
    case SkipReason::NotConfigured:
      return "not_configured";
    case SkipReason::ContextWindow:
      return "context_window";
    case SkipReason::Capability:
      return "capability";
    case SkipReason::Tags:
      return "tags";
    case SkipReason::Resting:
      return "resting";
    case SkipReason::QuotaBlocked:
      return "quota_blocked";
    case SkipReason::QuotaWouldOverflow:
      return "quota_would_overflow";
    case SkipReason::Busy:
      return "busy";
    case SkipReason::AccountBlocked:
      return "account_blocked";
    case SkipReason::Misconfigured:
      return "misconfigured";
    case SkipReason::Draining:
      return "draining";
    case SkipReason::ZeroWeight:
      return "zero_weight";
    case SkipReason::BeyondRetries:
      return "beyond_retries";
  }
  MERIDIAN_CHECK(false);
}

std::string_view word_for(NoPlan none) {
  switch (none) {
    case NoPlan::None:
      return "none";
    case NoPlan::UnknownModel:
      return "unknown_model";
    case NoPlan::Residency:
      return "residency";
    case NoPlan::Health:
      return "health";
    case NoPlan::Capability:
      return "capability";
    case NoPlan::ContextWindow:
      return "context_window";
    case NoPlan::NotConfigured:
      return "not_configured";
    case NoPlan::Quota:
      return "quota";
  }
  MERIDIAN_CHECK(false);
}

std::string why_nobody(const Plan& plan, const RouteRequest& request) {
  switch (plan.none) {
    case NoPlan::None:
      return "no fallback is set for this";
    case NoPlan::UnknownModel:
      return "no deployment serves that model";
    case NoPlan::Residency:
      return fmt::format("the residency rule \"{}\" leaves nobody", request.residency->text());
    case NoPlan::Health:
      return "those that could take it are resting or blocked";
    case NoPlan::Capability:
      return "nobody can take this kind of request";
    case NoPlan::ContextWindow:
      return "the prompt is too long for everybody";
    case NoPlan::NotConfigured:
      return "nobody has credentials";
    case NoPlan::Quota:
      return "all are at their limits";
  }
  MERIDIAN_CHECK(false);
}

// The skip's words with what the request and the fleet add to them.
std::string skip_text(const Skip& skip,
                      const RouteRequest& request,
                      const RoutingWorld& world,
                      TimePoint now) {
  const auto& deployment = world.fleet[skip.deployment];
  if (skip.why == SkipReason::Residency) {
    const bool own = request.residency->allows(deployment.location.possible);
    return own ? std::string("its own allowed_regions does not cover where it may process")
               : fmt::format("the residency rule \"{}\" does not cover where it may process ({})",
                             request.residency->text(),
                             deployment.location.region);
  }
  if (skip.why == SkipReason::NotConfigured && !deployment.not_configured_why.empty()) {
    return fmt::format("not configured: {}", deployment.not_configured_why);
  }
  return reason_text(skip, now);
}

std::string attempt_text(const PlannedAttempt& attempt, const RoutingWorld& world) {
  const auto& deployment = world.fleet[attempt.to.id()];
  auto text =
      fmt::format("{} ({}, tier {}", deployment.name, deployment.location.region, deployment.tier);
  if (attempt.fallback_depth > 0) {
    text +=
        fmt::format(", fallback {}: {}", attempt.fallback_depth, world.fleet[attempt.group].name);
  }
  if (attempt.score_ms != 0) {
    text += fmt::format(", score {:.0f} ms", attempt.score_ms);
  }
  text += ')';
  if (attempt.trial) {
    text += "; its rest is over, one request may try it";
  }
  if (attempt.panic) {
    text += "; resting, but nobody else is left";
  }
  if (attempt.explored) {
    text += "; chosen to learn about it";
  }
  return text;
}

}  // namespace

std::string reason_text(const Skip& skip, TimePoint now) {
  switch (skip.why) {
    case SkipReason::Residency:
      return "the residency rule does not cover where it may process";
    case SkipReason::NotConfigured:
      return "not configured: a credential is missing";
    case SkipReason::ContextWindow:
      return "the prompt is too long for it";
    case SkipReason::Capability:
      return "cannot take this kind of request";
    case SkipReason::Tags:
      return "its tags do not match";
    case SkipReason::Resting:
      return until_text("resting after faults", skip.until, now);
    case SkipReason::QuotaBlocked:
      return until_text("rate limited by the provider", skip.until, now);
    case SkipReason::QuotaWouldOverflow:
      return "this request would exceed its rpm or tpm";
    case SkipReason::Busy:
      return "max_parallel_requests are open";
    case SkipReason::AccountBlocked:
      return until_text("its account is out of money or at its spend limit", skip.until, now);
    case SkipReason::Misconfigured:
      return until_text("the provider refused its credentials or model", skip.until, now);
    case SkipReason::Draining:
      return "drained by an operator";
    case SkipReason::ZeroWeight:
      return "weight 0, and others are left";
    case SkipReason::BeyondRetries:
      return "eligible, but the attempts are used up before its turn";
  }
  MERIDIAN_CHECK(false);
}

std::string explain_text(const Plan& plan,
                         const RouteRequest& request,
                         const RoutingWorld& world,
                         TimePoint now) {
  std::string text;
  if (plan.attempts.empty()) {
    text = fmt::format("{}: nobody is tried; {}", request.model, why_nobody(plan, request));
    if (plan.retry_at > now) {
      text += fmt::format("; again in {}", span_text(plan.retry_at - now));
    }
  } else {
    text = fmt::format("{}: tried in this order, at most {} attempt{}",
                       request.model,
                       plan.attempts_max,
                       plan.attempts_max == 1 ? "" : "s");
  }
  text += '\n';
  int place = 0;
  for (const auto& attempt : plan.attempts) {
    text += fmt::format("  {}. {}\n", ++place, attempt_text(attempt, world));
  }
  for (const auto& skip : plan.skipped) {
    text += fmt::format(
        "  -  {}: {}\n", world.fleet[skip.deployment].name, skip_text(skip, request, world, now));
  }
  return text;
}

std::string explain_json(const Plan& plan,
                         const RouteRequest& request,
                         const RoutingWorld& world,
                         TimePoint now) {
  boost::json::array attempts;
  for (const auto& attempt : plan.attempts) {
    const auto& deployment = world.fleet[attempt.to.id()];
    attempts.push_back({{"deployment", deployment.name},
                        {"group", world.fleet[attempt.group].name},
                        {"region", deployment.location.region},
                        {"tier", deployment.tier},
                        {"fallback", attempt.fallback_depth},
                        {"score_ms", std::llround(attempt.score_ms)},
                        {"trial", attempt.trial},
                        {"panic", attempt.panic},
                        {"explored", attempt.explored}});
  }
  boost::json::array skipped;
  for (const auto& skip : plan.skipped) {
    const auto& deployment = world.fleet[skip.deployment];
    boost::json::object entry{{"deployment", deployment.name},
                              {"region", deployment.location.region},
                              {"why", word_for(skip.why)},
                              {"text", skip_text(skip, request, world, now)}};
    if (skip.until > now) {
      entry["ends_in_ms"] = std::llround(to_ms(skip.until - now));
    }
    skipped.push_back(std::move(entry));
  }
  boost::json::object all{{"model", request.model},
                          {"residency", request.residency->text()},
                          {"attempts_max", plan.attempts_max},
                          {"attempts", std::move(attempts)},
                          {"skipped", std::move(skipped)}};
  if (plan.attempts.empty()) {
    all["none"] = word_for(plan.none);
    all["text"] = why_nobody(plan, request);
    if (plan.retry_at > now) {
      all["retry_in_ms"] = std::llround(to_ms(plan.retry_at - now));
    }
  }
  return boost::json::serialize(all);
}

}  // namespace meridian
