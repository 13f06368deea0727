#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/read_settings.h"
#include "config/retry_policies.h"

namespace meridian {

namespace {

using enum Section;

void read_probes(PartReader& reader, ProbeRules& probes) {
  const auto* switched = reader.given(General, "background_health_checks");
  const auto background = reader.flag(General, "background_health_checks");
  probes.interval = reader.seconds(Router, "health_check_interval");
  if (probes.interval == Duration::zero()) {
    const auto* given = reader.given(Router, "health_check_interval");
    reader.issues().error(given->value->at,
                          given->path,
                          "0 seconds between probes",
                          "write seconds; without the line there are no probes");
  }
  if (background == true && !probes.interval) {
    probes.interval = std::chrono::seconds(300);
  }
  if (background == false && probes.interval) {
    reader.issues().warn(switched->at,
                         switched->path,
                         "probes are switched off, although an interval is set",
                         "delete one of them");
    probes.interval.reset();
  }
  probes.timeout = reader.seconds(Router, "health_check_timeout").value_or(probes.timeout);
  if (probes.timeout == Duration::zero()) {
    const auto* given = reader.given(Router, "health_check_timeout");
    reader.issues().error(
        given->value->at, given->path, "0 leaves a probe no time", "write seconds, such as 5");
  }
  const auto mode = reader.text(Router, "health_check_mode").value_or("connect");
  probes.by_completion = mode == "completion";
  if (mode != "completion" && mode != "connect") {
    const auto* given = reader.given(Router, "health_check_mode");
    reader.issues().error(given->value->at,
                          given->path,
                          fmt::format("unknown mode {}", shown(*given->value, mode)),
                          "write connect or completion");
  }
}

}  // namespace

void read_health(PartReader& reader, KeyCheck& keys, Settings& settings) {
  HealthRules common;
  common.allowed_fails =
      reader.count(Router, "allowed_fails", 0, 1'000'000).value_or(common.allowed_fails);
  common.cooldown = reader.seconds(Router, "cooldown_time").value_or(common.cooldown);
  common.disabled = reader.flag(Router, "disable_cooldowns").value_or(false);
  if (const auto* given = reader.given(Router, "allowed_fails_policy")) {
    read_fails_policy(*given->value, given->path, keys, reader.issues(), common);
  }
  for (const auto& deployment : settings.fleet.deployments) {
    auto rules = common;
    rules.allowed_fails = deployment.allowed_fails.value_or(rules.allowed_fails);
    rules.cooldown = deployment.cooldown.value_or(rules.cooldown);
    settings.health.push_back(rules);
  }
  read_probes(reader, settings.probes);
}

}  // namespace meridian
